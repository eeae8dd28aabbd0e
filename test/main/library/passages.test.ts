import { describe, expect, test } from 'vitest'
import type { PassageHit } from '../../../src-main/contract/library'
import { buildDocument, store } from '../../support/documents'
import { sharedLibrary } from '../../support/shared-library'

/** Fifty passages of four sentences each, of which some tell something. */
const filler = (page: number): string => `The ledger of page ${page} is about stones. The clerk counts the stones. Nobody reads the ledger. It rains on the mill.`
const texts = Array.from({ length: 50 }, (_, page) => filler(page))
texts[7] = 'The heron waits by the weir at dusk. It eats small fish. The miller feeds it in winter. He is fond of it.'
texts[21] = 'The weir was built in 1604. It holds the water back. The mill needs it. Its stones came by barge.'
texts[33] = '水库今年存水三百吨。水位上涨三尺。果园需要修剪。柿子红了。'
const almanac = buildDocument(texts, { name: 'almanac.pdf' })
const birds = buildDocument(['They nest in reeds. Their eggs are blue. They come back in May. They leave in August.'], { name: 'birds.pdf', path: ['Herons', 'Nesting of herons'] })

describe('passages for a question', () => {
  const shared = sharedLibrary(async (library) => {
    await store(library, almanac)
    await store(library, birds)
  })
  const ask = (question: string, documents: readonly string[] = [], limit = 10): Promise<readonly PassageHit[]> =>
    shared.library.passagesFor(question, documents, limit)
  const first = async (hits: readonly PassageHit[]): Promise<string> => {
    const [hit] = hits
    return hit === undefined ? '' : (await shared.library.sentences(hit.document, hit.first, hit.last)).map(({ text }) => text).join(' ')
  }

  test('begin with the one that holds the words, and go on with those that hold some', async () => {
    const hits = await ask('Where does the heron wait at dusk near the weir?')
    expect(await first(hits)).toBe(texts[7])
    expect(hits.length).toBeGreaterThan(1)
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a))
    expect(hits[0]).toMatchObject({ document: almanac.file.hash, passage: 7, first: 28, last: 31, tokens: 140 })
  })

  test('are found by the headings above them', async () => {
    expect((await ask('nesting of herons'))[0]?.document).toBe(birds.file.hash)
  })

  test('are found in Chinese, where a question has no blanks', async () => {
    expect((await first(await ask('水库今年存了多少吨水？'))).replaceAll(' ', '')).toBe(texts[33])
    expect((await first(await ask('柿'))).replaceAll(' ', '')).toBe(texts[33])
  })

  test('are not led astray by words that stand everywhere', async () => {
    expect(await first(await ask('what does the ledger say of the year 1604?'))).toBe(texts[21])
  })

  test('keep to the documents asked for, and to the limit', async () => {
    expect(new Set((await ask('heron weir stones', [almanac.file.hash])).map(({ document }) => document))).toEqual(new Set([almanac.file.hash]))
    expect(await ask('heron weir', [birds.file.hash])).toEqual([])
    expect(await ask('stones', [], 3)).toHaveLength(3)
    expect(await ask('heron', ['f'.repeat(64)])).toEqual([])
    expect(await ask('???')).toEqual([])
  })

  test('are the same whether the documents are named or not, also when many are', async () => {
    const many = [almanac.file.hash, birds.file.hash, ...Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(64, '0'))]
    expect((await ask('heron weir', many)).map(({ passage }) => passage)).toEqual((await ask('heron weir')).map(({ passage }) => passage))
  })

  test('words that stand nowhere are named as they were typed', async () => {
    expect(await shared.library.missingWords('Does the Zebra wait by the WEIR, multi-hued?', [])).toEqual(['Does', 'Zebra', 'wait', 'multi-hued'])
    expect(await shared.library.missingWords('heron', [birds.file.hash])).toEqual(['heron'])
    expect(await shared.library.missingWords('水库', [])).toEqual([])
  })

  test('weights of words fall with the number of passages that hold them', async () => {
    const [rare = 0, usual = 0, common = 0, absent = 0] = await shared.library.wordWeights(['dusk', 'weir', 'stones', 'zebra'], [almanac.file.hash])
    const passages = 50
    expect(rare).toBeCloseTo(Math.log(1 + (passages - 1 + 0.5) / 1.5))
    expect(usual).toBeCloseTo(Math.log(1 + (passages - 2 + 0.5) / 2.5))
    expect(absent).toBeCloseTo(Math.log(1 + (passages + 0.5) / 0.5))
    expect(common).toBeLessThan(usual)
    expect(await shared.library.wordWeights(['水库', ''], [])).toHaveLength(2)
  })
})

describe('more than sixteen documents at once', () => {
  const built = Array.from({ length: 20 }, (_, index) => buildDocument([`Letter ${index} speaks of a heron.`], { name: `letter-${index}.pdf` }))
  const shared = sharedLibrary(async (library) => { for (const each of built) await store(library, each) })

  test('are searched, counted and sifted as few are', async () => {
    const chosen = built.slice(0, 18).map(({ file }) => file.hash)
    expect(new Set((await shared.library.passagesFor('heron letter', chosen, 30)).map(({ document }) => document))).toEqual(new Set(chosen))
    expect(await shared.library.search({ text: 'heron', documents: chosen })).toHaveLength(18)
    expect(await shared.library.missingWords('heron 19', chosen)).toEqual(['19'])
    const [all = 0, one = 0] = await shared.library.wordWeights(['heron', '3'], chosen)
    expect(one).toBeCloseTo(Math.log(1 + 17.5 / 1.5))
    expect(all).toBeLessThan(0.1)
  })
})
