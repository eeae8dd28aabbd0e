import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, libraryFile } from '../../../src-main/library/connection'
import { listDocuments, storeDocument } from '../../../src-main/library/documents'
import { toFailure } from '../../../src-main/library/failures'
import { serve } from '../../../src-main/library/serve'
import { stageUnit } from '../../../src-main/library/units'
import { buildScript, type BuiltScript } from '../../support/built-worker'
import { buildDocument, store } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'

const pages = (text: string, count: number): readonly string[] => Array.from({ length: count }, (_, page) => `${text} ${page} herons by the weir. `.repeat(60))

interface Said {
  readonly stored: number
  readonly failure: { readonly kind: string; readonly message: string }
  readonly titles: readonly string[]
  readonly found: number
}

describe('a full disk', () => {
  let child: BuiltScript
  beforeAll(async () => { child = await buildScript('test/programs/fill-library.ts') })
  afterAll(() => { child.remove() })

  test('fails the document with a sentence, keeps all others, and the library works again when there is room', () => inFolder(async (folder) => {
    // No program may write files larger than this: as a full disk, for any user, on any system with a shell.
    const limited = `ulimit -f 4000; exec "${process.execPath}" "${child.path}" "${folder}"`
    const said = JSON.parse(execFileSync('bash', ['-c', limited], { encoding: 'utf8' })) as Said
    expect(said.failure.kind).toBe('disk-full')
    expect(said.failure.message).toMatch(/could not save “book-\d+\.pdf” \(about \d+ MB are needed\).*Nothing of it was saved/)
    expect(said.stored).toBeGreaterThan(2)
    expect(said.titles).toHaveLength(said.stored)
    expect(said.found).toBeGreaterThan(0)
    const library = await openHere(folder)
    expect(await library.list()).toHaveLength(said.stored)
    await store(library, buildDocument(pages('There is room again.', 30), { name: 'later.pdf' }))
    expect((await library.search({ text: 'room again', limit: 1 }))[0]?.title).toBe('later')
    await library.close()
  }))

  test('in the middle of a document rolls all of it back, and the same connection goes on', () => inFolder(async (folder) => {
    const { db, close } = connect(folder)
    const keep = (text: string, count: number) => {
      const { file, units, document } = buildDocument(pages(text, count), { name: `${text}.pdf` })
      return storeDocument(db, { file, units: units.map(stageUnit), document, stored: { state: 'ready', failure: null }, now: '2026-01-01T00:00:00.000Z' })
    }
    const small = keep('Small', 3)
    const size = Number(db.pragma('page_count', { simple: true }))
    db.pragma(`max_page_count = ${size + 40}`)
    expect(() => keep('Large', 300)).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }) as Error)
    expect(db.inTransaction).toBe(false)
    expect(listDocuments(db)).toEqual([small])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.pragma('max_page_count = 1000000')
    expect(keep('Large', 300).units).toBe(300)
    close()
    await Promise.resolve()
  }))

  test.each([
    ['SQLITE_FULL', 'disk-full'], ['SQLITE_IOERR_WRITE', 'disk-full'], ['SQLITE_IOERR_FSYNC', 'unexpected'], ['SQLITE_BUSY', 'library-busy'],
    ['SQLITE_CORRUPT_VTAB', 'library-damaged'], ['SQLITE_READONLY', 'file-unreadable'], ['SQLITE_MISUSE', 'unexpected'],
  ])('%s is told as %s, with what was being done', (code, kind) => {
    const told = toFailure(Object.assign(new Error('x'), { code }), 'save “Report.pdf”')
    expect(told).toMatchObject({ failure: { kind, message: expect.stringContaining('save “Report.pdf”') as string } })
  })
})

test('after a delete no word of the document is left in any file, and its space is back', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const kept = await store(library, buildDocument(['The kept page tells of larks.'], { name: 'kept.pdf' }))
  await library.close()
  const before = statSync(join(folder, libraryFile)).size
  const again = await openHere(folder)
  const gone = await store(again, buildDocument(pages('Quicksilver confession', 300), { name: 'gone.pdf', path: ['Quicksilver chapter'] }))
  await again.close()
  expect(statSync(join(folder, libraryFile)).size).toBeGreaterThan(before + 500_000)
  const last = await openHere(folder)
  await last.delete(gone.id)
  expect(await last.search({ text: 'quicksilver' })).toEqual([])
  expect(await last.passagesFor('quicksilver confession', [], 5)).toEqual([])
  expect(await last.missingWords('quicksilver larks', [])).toEqual(['quicksilver'])
  await expect(last.text(gone.id)).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  expect((await last.search({ text: 'larks' })).map(({ document }) => document)).toEqual([kept.id])
  await last.close()
  expect(statSync(join(folder, libraryFile)).size).toBeLessThan(before + 50_000)
  expect(filesWith(folder, ['quicksilver', 'confession'])).toEqual([])
}))

test('housekeeping that a run did not get to is done after the next start', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const gone = await store(library, buildDocument(pages('Quicksilver confession', 300), { name: 'gone.pdf' }))
  await library.close()
  const size = statSync(join(folder, libraryFile)).size
  const first = serve(folder)
  expect(first.answer({ call: 1, name: 'delete', values: [gone.id] })).toMatchObject({ kind: 'value' })
  first.close()
  const second = serve(folder)
  let steps = 0
  while (second.idle()) steps += 1
  expect(steps).toBeGreaterThan(0)
  second.close()
  expect(statSync(join(folder, libraryFile)).size).toBeLessThan(size / 4)
  expect(filesWith(folder, ['quicksilver'])).toEqual([])
  const third = serve(folder)
  expect(third.idle()).toBe(false)
  third.close()
}))

const filesWith = (folder: string, words: readonly string[]): readonly string[] => readdirSync(folder).filter((name) => {
  const bytes = readFileSync(join(folder, name)).toString('latin1').toLowerCase()
  return words.some((word) => bytes.includes(word))
})
