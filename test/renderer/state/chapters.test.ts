import { describe, expect, it } from 'vitest'
import type { Chapter } from '../../../src-main/contract/reading'
import { chapterState, chosenTokens, chosenUnits, firstChapters, shownChapters, toggleChapter, type ChosenChapters } from '../../../src-renderer/state/chapters'

const chapter = (title: string, level: number, first: number, last: number, tokens: number): Chapter => ({ title, level, units: [first, last], tokens })
/** Part I has a page before its first chapter. */
const book = [
  chapter('Part I', 1, 0, 9, 1_000), chapter('1', 2, 1, 4, 400), chapter('2', 2, 5, 9, 500),
  chapter('Part II', 1, 10, 19, 1_200), chapter('3', 2, 10, 14, 700), chapter('3.1', 3, 12, 14, 300), chapter('4', 2, 15, 19, 500),
  chapter('Index', 1, 20, 21, 100),
]
const each = (count: number, tokens: number): readonly number[] => Array.from({ length: count }, () => tokens)
const bookTokens = [...each(10, 100), 200, 200, ...each(8, 100), 50, 50]
const none: ChosenChapters = new Set()
const choose = (...indices: readonly number[]): ChosenChapters => indices.reduce((chosen, index) => toggleChapter(book, chosen, index), none)

describe('chapters to be read', () => {
  it('are chosen with all below them, and let go in the same way', () => {
    const chosen = choose(0)
    expect([0, 1, 2, 3].map((index) => chapterState(book, chosen, index))).toEqual(['all', 'all', 'all', 'none'])
    expect([...toggleChapter(book, chosen, 0)]).toEqual([])
  })

  it('make a part of what is above them', () => {
    expect(chapterState(book, choose(1), 0)).toBe('some')
    expect(chapterState(book, choose(1, 2), 0)).toBe('all')
    expect(chapterState(book, choose(5), 4)).toBe('all')
  })

  it('count what stands before the first part where all of it is chosen', () => {
    expect(chosenTokens(book, choose(1), bookTokens)).toBe(400)
    expect(chosenTokens(book, choose(1, 2), bookTokens)).toBe(1_000)
    expect(chosenTokens(book, choose(0, 3, 7), bookTokens)).toBe(2_300)
    expect(chosenTokens(book, none, bookTokens)).toBe(0)
  })

  it('count a page that two share once, chosen apart or shown together', () => {
    const pages = [chapter('a', 2, 0, 1, 200), chapter('b', 2, 1, 2, 200), chapter('c', 2, 2, 3, 200)]
    expect(chosenTokens(pages, new Set([0, 1]), each(4, 100))).toBe(300)
    expect([...firstChapters(pages, 400, each(4, 100))]).toEqual([0, 1, 2])
    const manual = [chapter('All', 1, 0, 99, 10_000), ...Array.from({ length: 99 }, (_, index) => chapter(`${index}`, 2, index, index + 1, 200))]
    expect(shownChapters(manual, 2_000, each(100, 100))[1]).toEqual(chapter('0 – 3', 2, 0, 4, 500))
  })

  it('are units in order, drawn together where they touch', () => {
    expect(chosenUnits(book, choose(6, 1))).toEqual([[1, 4], [15, 19]])
    expect(chosenUnits(book, choose(3, 0))).toEqual([[0, 19]])
    expect(chosenUnits(book, none)).toEqual([])
  })

  it('begin with as many as fit', () => {
    expect(chosenUnits(book, firstChapters(book, 1_050, bookTokens))).toEqual([[0, 9]])
    expect(chosenUnits(book, firstChapters(book, 1_700, bookTokens))).toEqual([[0, 14]])
    expect([...firstChapters(book, 300, bookTokens)]).toEqual([])
    expect(chosenTokens(book, firstChapters(book, 9_999, bookTokens), bookTokens)).toBe(2_300)
  })

  it('are listed only as deep as a person can look through', () => {
    const deep = Array.from({ length: 20 }, (_, part) => [chapter(`${part}`, 1, part, part, 10), ...Array.from({ length: 10 }, (_, section) => chapter(`${part}.${section}`, 2, part, part, 1))]).flat()
    expect(shownChapters(deep, 100, each(20, 10))).toHaveLength(20)
    expect(shownChapters(book, 100, bookTokens)).toEqual(book)
    const flat = Array.from({ length: 200 }, (_, index) => chapter(`${index}`, 3, index, index, 1))
    expect(shownChapters(flat, 100, each(200, 1))).toHaveLength(200)
    expect(shownChapters([], 100, [])).toEqual([])
  })

  it('are listed with their parts where they are too long to be chosen whole, and many parts by a few together', () => {
    const parts = Array.from({ length: 90 }, (_, index) => [chapter(`1.${index}`, 2, index, index, index === 3 ? 300 : 10), chapter(`1.${index}.1`, 3, index, index, 5)]).flat()
    const long = [chapter('1', 1, 0, 89, 1_200), ...parts, chapter('2', 1, 90, 99, 90), chapter('2.1', 2, 90, 95, 50)]
    const longTokens = [...each(3, 10), 300, ...each(86, 10), ...each(10, 9)]
    const titles = shownChapters(long, 100, longTokens).map(({ title }) => title)
    expect(titles.slice(0, 6)).toEqual(['1', '1.0 – 1.1', '1.2', '1.3', '1.3.1', '1.4 – 1.5'])
    expect(titles.slice(-2)).toEqual(['1.88 – 1.89', '2'])
    expect(shownChapters(long, 100, longTokens)[1]).toEqual(chapter('1.0 – 1.1', 2, 0, 1, 20))
    const few = [chapter('1', 1, 0, 1, 150), chapter('1.1', 2, 0, 0, 70), chapter('1.2', 2, 1, 1, 80), chapter('2', 1, 2, 2, 50), chapter('2.1', 2, 2, 2, 50)]
    expect(shownChapters([...few, ...Array.from({ length: 57 }, (_, index) => chapter(`2.1.${index}`, 3, 2, 2, 1))], 100, [70, 80, 50])).toEqual(few)
  })
})
