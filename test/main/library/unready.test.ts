import { expect, it } from 'vitest'
import { buildDocument } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'

it('a document whose text cannot be read is found by no search and gives no passages, and can be deleted', async () => {
  await inFolder(async (folder) => {
    const library = await openHere(folder)
    const { file, units, document } = buildDocument(['4XLFN WLGH DW WKH KDUERXU.'])
    await library.addUnits(1, units)
    const stored = await library.finish(1, file, document, { state: 'needs-ocr', failure: { kind: 'garbled-text', message: 'Garbled.' } })
    expect(stored).toMatchObject({ state: 'needs-ocr', units: 1, failure: { kind: 'garbled-text' } })
    expect(await library.search({ text: '4XLFN' })).toEqual([])
    expect(await library.passagesFor('4XLFN', [], 5)).toEqual([])
    await library.delete(stored.id)
    expect(await library.list()).toEqual([])
    await library.close()
  })
})
