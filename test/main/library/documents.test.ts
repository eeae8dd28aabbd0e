import { expect, test } from 'vitest'
import type { FailureError } from '../../../src-main/contract/failure'
import { packRuns } from '../../../src-main/contract/runs'
import { packBlob, unpackBlob } from '../../../src-main/library/runs-blob'
import { buildDocument, store } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'
import { sharedLibrary } from '../../support/shared-library'

const shared = sharedLibrary(() => Promise.resolve())
const failureOf = (promise: Promise<unknown>): Promise<FailureError['failure']> =>
  promise.then(() => { throw new Error('it did not fail') }, (error: unknown) => (error as FailureError).failure)

test('a stored document is listed with what the reader found, and opened with its contents and labels', async () => {
  const built = buildDocument(['One heron.', 'Two herons.'], { name: 'birds.pdf', labels: ['i', '1'], title: ' Birds ' })
  const document = { ...built.document, author: 'A. Miller', outline: [{ title: 'Waders', level: 1, unit: 1 }], notices: ['An attachment was left out.'], cover: new Uint8Array([1, 2, 3]) }
  const units = built.units.map((unit, index) => (index === 1 ? { ...unit, problem: 'no-text' as const } : unit))
  const summary = await store(shared.library, { ...built, units, document })
  expect(summary).toMatchObject({
    id: built.file.hash, title: 'Birds', author: 'A. Miller', format: 'pdf', fileName: 'birds.pdf', path: '/home/reader/birds.pdf', units: 2, characters: 21,
    state: 'ready', failure: null, problems: [{ unit: 1, kind: 'no-text' }], notices: ['An attachment was left out.'], hasCover: true,
  })
  expect(summary.imported).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  expect(await shared.library.list()).toContainEqual(summary)
  expect(await shared.library.detail(summary.id)).toEqual({ summary, labels: ['i', '1'], outline: document.outline })
  expect(await shared.library.cover(summary.id)).toEqual(new Uint8Array([1, 2, 3]))
  expect(await shared.library.findByHash(built.file.hash)).toEqual(summary)
  expect(await shared.library.findByHash('a'.repeat(64))).toBeNull()
})

test('the title falls back to the name of the file', async () => {
  expect((await store(shared.library, buildDocument(['x'], { name: 'Annual report 2024.v2.pdf' }))).title).toBe('Annual report 2024.v2')
  expect((await store(shared.library, buildDocument(['y'], { name: '.pdf' }))).title).toBe('.pdf')
})

test('is found by a beginning of its id of four characters or more that fits no other', async () => {
  const { id } = await store(shared.library, buildDocument(['Found by its id.'], { name: 'id.pdf' }))
  expect((await shared.library.find(id.slice(0, 12)))?.id).toBe(id)
  expect((await shared.library.find(id.slice(0, 12).toUpperCase()))?.id).toBe(id)
  expect(await shared.library.find(id.slice(0, 3))).toBeNull()
  expect(await shared.library.find('%___')).toBeNull()
})

test('an id that begins two documents finds neither', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  for (const end of ['0', '1']) {
    const built = buildDocument([`Twin ${end}`])
    await store(library, { ...built, file: { ...built.file, hash: 'abcd'.padEnd(63, '0') + end } })
  }
  expect(await library.find('abcd')).toBeNull()
  expect((await library.find('abcd'.padEnd(63, '0') + '1'))?.id.endsWith('1')).toBe(true)
  await library.close()
}))

test('the same bytes twice are one document', async () => {
  const built = buildDocument(['Once only.'], { name: 'once.pdf' })
  const first = await store(shared.library, built)
  expect(await store(shared.library, { ...built, file: { ...built.file, fileName: 'copy of once.pdf' } })).toEqual(first)
  expect((await shared.library.search({ text: '"once only"' }))).toHaveLength(1)
})

test('a file that could not be read gives way once it can be', async () => {
  const built = buildDocument(['The secret text.'], { name: 'locked.pdf' })
  const failure = { kind: 'password-needed', message: 'Type the password of “locked.pdf”.' } as const
  const unread = await shared.library.storeUnread(built.file, { state: 'needs-password', failure })
  expect(unread).toMatchObject({ state: 'needs-password', failure, units: 0, title: 'locked' })
  expect(await store(shared.library, built)).toMatchObject({ id: unread.id, state: 'ready', failure: null, units: 1 })
  expect((await shared.library.list()).filter(({ id }) => id === unread.id)).toHaveLength(1)
  expect(await shared.library.storeUnread(built.file, { state: 'failed', failure: { kind: 'damaged', message: 'x' } })).toMatchObject({ state: 'ready' })
})

test('blocks and sentences that run over a page are joined by one blank, and know their place', async () => {
  const built = buildDocument(['The cat\n\nIn a wet spring', 'the rows stand in water. Done.'], { name: 'rows.pdf', joinsUnits: true, path: ['1 Rows'], labels: ['vi', 'vii'] })
  const blocks = built.document.blocks.map((block, index) => (index === 1 ? { ...block, end: { unit: 1, offset: 30 } } : block))
  const document = { ...built.document, blocks }
  const { id } = await store(shared.library, { ...built, document })
  expect((await shared.library.blocks(id)).map(({ text }) => text)).toEqual(['The cat', 'In a wet spring the rows stand in water. Done.'])
  expect(await shared.library.sentences(id, 1, 2)).toMatchObject([
    { index: 1, document: id, title: 'rows', text: 'In a wet spring the rows stand in water.', unit: 0, page: 1, pageLabel: 'vi', section: ['1 Rows'], paragraph: 2 },
    { index: 2, text: 'Done.', unit: 1, page: 2, pageLabel: 'vii', paragraph: 2 },
  ])
  expect(await shared.library.sentences(id, -5, 1e9)).toHaveLength(3)
  expect(await shared.library.text(id)).toEqual([{ unit: 0, label: 'vi', text: built.units[0]?.text }, { unit: 1, label: 'vii', text: built.units[1]?.text }])
})

test('a Word file has no pages; where blocks have no headings above, the contents give the section', async () => {
  const built = buildDocument(['Alpha text.', 'Beta text.', 'Gamma text.'], { name: 'notes.docx', format: 'docx' })
  const outline = [{ title: 'A', level: 1, unit: 0 }, { title: 'B', level: 1, unit: 1 }, { title: 'B.1', level: 2, unit: 1 }]
  const { id } = await store(shared.library, { ...built, document: { ...built.document, outline } })
  expect(await shared.library.sentences(id, 0, 2)).toMatchObject([{ page: null, section: ['A'] }, { page: null, section: ['B', 'B.1'] }, { section: ['B', 'B.1'] }])
})

test('marks give the boxes of a span on each page that it touches', async () => {
  const { id } = await store(shared.library, buildDocument(['a'.repeat(200), 'b'.repeat(100)], { name: 'marks.pdf' }))
  const marks = await shared.library.marks(id, [{ start: { unit: 0, offset: 120 }, end: { unit: 1, offset: 10 } }])
  expect(marks.map(({ unit, boxes }) => [unit, boxes.length])).toEqual([[0, 2], [1, 1]])
  expect(marks[0]?.boxes[0]).toMatchObject({ y: 86, height: 12 })
  expect(await shared.library.marks(id, [{ start: { unit: 7, offset: 0 }, end: { unit: 7, offset: 5 } }])).toEqual([])
})

test('runs come back from their packed form to the last bit', () => {
  const runs = packRuns(Array.from({ length: 50 }, (_, index) => ({ start: index, end: index + 1, x: index / 3, y: 1e6 / (index + 1), width: 0.1, height: 12, direction: 'rtl' as const })))
  expect(unpackBlob(packBlob(runs))).toEqual(runs)
  expect(unpackBlob(packBlob(new Float32Array(0)))).toEqual(new Float32Array(0))
  expect(() => unpackBlob(new Uint8Array([9, 0]))).toThrow('format 9')
})

const spoilt = buildDocument(['A short page.']).document
test.each([
  ['a sentence beyond its page', { ...spoilt, sentences: [{ block: 0, start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 999 } }] }],
  ['a sentence of no block', { ...spoilt, sentences: spoilt.sentences.map((sentence) => ({ ...sentence, block: 9 })) }],
  ['a span that ends before it begins', { ...spoilt, blocks: spoilt.blocks.map(({ start, end, ...block }) => ({ ...block, start: end, end: start })) }],
  ['a passage of no sentence', { ...spoilt, passages: [{ first: 0, last: 7, tokens: 1, path: [] }] }],
  ['an offset that is no whole number', { ...spoilt, blocks: spoilt.blocks.map((block) => ({ ...block, start: { unit: 0, offset: 0.5 } })) }],
])('%s is refused, and nothing of the document is stored', async (name, document) => {
  const built = buildDocument(['A short page.'], { name })
  expect(await failureOf(store(shared.library, { ...built, document }))).toMatchObject({ kind: 'invalid-request' })
  expect(await shared.library.findByHash(built.file.hash)).toBeNull()
})

test('units of an abandoned import are forgotten', async () => {
  const built = buildDocument(['Given up.'], { name: 'abandoned.pdf' })
  await shared.library.addUnits(900, built.units)
  await shared.library.abandon(900)
  expect(await failureOf(shared.library.finish(900, built.file, built.document, { state: 'ready', failure: null }))).toMatchObject({ kind: 'invalid-request' })
})

test('find in document folds letters and white space, and looks over the end of a page', async () => {
  const { id } = await store(shared.library, buildDocument(['Die STRASSE\n  nach Gießen. Straße nach', 'Gießen, again: straße  nach Gießen. 水库今', '年存水'], { name: 'find.pdf' }))
  const text = await shared.library.text(id)
  const found = await shared.library.findText(id, 'straße nach GIESSEN')
  expect(found.map(({ start, end }) => [start.unit, end.unit])).toEqual([[0, 0], [0, 1], [1, 1]])
  const [first] = found
  expect(text[0]?.text.slice(first?.start.offset, first?.end.offset)).toBe('STRASSE\n  nach Gießen')
  expect(found[1]).toEqual({ start: { unit: 0, offset: 27 }, end: { unit: 1, offset: 6 } })
  expect(await shared.library.findText(id, '今年存')).toEqual([{ start: { unit: 1, offset: 38 }, end: { unit: 2, offset: 2 } }])
  expect(await shared.library.findText(id, '  ')).toEqual([])
})

test('a document that is not there is not found, in a sentence', async () => {
  expect(await failureOf(shared.library.detail('e'.repeat(64)))).toMatchObject({ kind: 'not-found', document: 'e'.repeat(64), message: expect.stringContaining('Import its file again') as string })
})
