import { describe, expect, test } from 'vitest'
import type { Library } from '../../../src-main/library/library'
import { buildDocument, store } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'
import { fc } from '../../support/properties'
import { sharedLibrary } from '../../support/shared-library'

const pages = async (library: Library, text: string): Promise<readonly (number | null)[]> => (await library.search({ text })).map(({ page }) => page)

describe('what is typed', () => {
  const texts = [
    'The multi-agent plan and a state-of-the-art loom.', 'Email the miller at none@example.org.', 'Send an e-mail to the weaver about C++ and C#.', 'Plain C stands here.',
    'Sold 1,234.5 tonnes in 2019.', 'Verkauft 1.234,5 Tonnen am 4.5.2019.', 'Version 3.2.1 came after 3.2.', 'The quoted term is here; the term was quoted.', 'Write to O’Hara’s host:port at 5 GB/s.',
    'Die Straße nach Gießen.', '雨后桥下水位上涨三尺。', 'Der .NET-Dienst läuft.',
  ]
  const shared = sharedLibrary(async (library) => { await store(library, buildDocument(texts)) })

  test.each<[string, readonly number[]]>([
    ['multi-agent', [1]], ['multiagent', [1]], ['multi agent', [1]], ['agent', [1]], ['state-of-the-art', [1]],
    ['e-mail', [2, 3]], ['email', [2, 3]], ['C++', [3]], ['c#', [3]], ['C', [4]],
    ['1,234.5', [5]], ['1.234,5', [6]], ['1234.5', [5]], ['2019', [5, 6]], ['3.2.1', [7]], ['3.2', [7]],
    ['"quoted term"', [8]], ['„quoted term“', [8]], ['"term quoted"', []], ["O'Hara", [9]], ['host:port', [9]], ['GB/s', [9]], ['strasse', [10]], ['GIESSEN', [10]],
    ['桥', [11]], ['桥下水', [11]], ['下桥', []], ['.NET', [12]], ['net', [12]], ['the zebra', []], ['none@example.org', [2]],
  ])('%s is found on pages %j', async (text, expected) => {
    expect([...await pages(shared.library, text)].sort((a, b) => Number(a) - Number(b))).toEqual(expected)
  })

  test('is never syntax: no text fails', async () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('"', '*', 'NEAR(', 'AND', 'OR', 'NOT', '^', ':', '{words}', '-', '+', '(', ')', 'term', '雨', "'", ';', '\u0000')).map((parts) => parts.join(' ')))
    await fc.assert(fc.asyncProperty(odd, async (text) => { await shared.library.search({ text }) }), { numRuns: 300 })
  })

  test('finds every word on its page', async () => {
    for (const [index, text] of texts.entries()) {
      for (const word of text.match(/[\p{L}\p{N}]+(?![+#\p{L}\p{N}])/gu) ?? []) expect(await pages(shared.library, word), word).toContain(index + 1)
    }
  })
})

describe('a result', () => {
  const filler = 'Nothing of interest happens on this line of the ledger at all. '.repeat(12)
  const built = buildDocument([`${filler}The heron\n  waits by the weir. ${filler}`, 'In a wet spring', 'the lower rows stand in water.', 'The vitam-', 'ins are counted.'],
    { labels: ['iv', '1', '2', '3', '4'], path: ['2 Birds', '2.1 Waders'], joinsUnits: true, furniture: 'Running head of the almanac' })
  const id = built.file.hash
  const shared = sharedLibrary(async (library) => { await store(library, built) })

  test('says where it stands, shows the words and marks them', async () => {
    const [hit, ...others] = await shared.library.search({ text: 'weir heron' })
    expect(others).toEqual([])
    expect(hit).toMatchObject({ document: id, title: 'book', page: 1, pageLabel: 'iv', section: ['2 Birds', '2.1 Waders'], paragraph: 1 })
    expect(hit?.snippet).toContain('The heron waits by the weir.')
    expect(hit?.matches.map(([start, end]) => hit.snippet.slice(start, end))).toEqual(['heron', 'weir'])
    const text = (await shared.library.text(id))[0]?.text ?? ''
    expect(text.slice(hit?.span?.start.offset, hit?.span?.end.offset)).toBe('heron')
  })

  test('finds the words of a sentence together that runs over the page, on the page where it begins', async () => {
    expect(await pages(shared.library, 'wet spring lower rows')).toEqual([2])
    expect(await pages(shared.library, '"wet spring the lower"')).toEqual([2])
    expect(await pages(shared.library, 'lower')).toEqual([3])
  })

  test('finds a word that a page break cut in two, and marks it on both pages', async () => {
    const [hit] = await shared.library.search({ text: 'vitamins' })
    expect(hit).toMatchObject({ page: 4, span: { start: { unit: 3, offset: 4 }, end: { unit: 4, offset: 3 } } })
  })

  test('is not found in running heads', async () => {
    expect(await pages(shared.library, 'almanac')).toEqual([])
  })

  test('keeps to the documents asked for, and to the limit', async () => {
    const other = await store(shared.library, buildDocument(['Another heron.', 'A third heron.'], { name: 'other.pdf' }))
    expect((await shared.library.search({ text: 'heron', documents: [other.id] })).map(({ document }) => document)).toEqual([other.id, other.id])
    expect(await shared.library.search({ text: 'heron', documents: ['f'.repeat(64)] })).toEqual([])
    expect(await shared.library.search({ text: 'heron', limit: 1 })).toHaveLength(1)
    expect(new Set((await shared.library.search({ text: 'heron' })).map(({ document }) => document))).toEqual(new Set([id, other.id]))
  })
})

test('of more units than are ranked, those come first where the words follow one another', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const texts = Array.from({ length: 4100 }, (_, index) => (index === 1000 ? 'The barge of stone sank.' : 'A stone of the old barge.'))
  await store(library, buildDocument(texts, { name: 'long.pdf' }))
  const hits = await library.search({ text: 'barge of stone', limit: 5 })
  expect(hits).toHaveLength(5)
  expect(hits[0]?.page).toBe(1001)
  expect(await library.search({ text: 'stone barge', limit: 5 })).toHaveLength(5)
  expect(await library.search({ text: 'stone barge', limit: 5, documents: [hits[0]?.document ?? ''] })).toHaveLength(5)
  await library.close()
}))
