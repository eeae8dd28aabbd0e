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
    expect(chosenTokens(book, choose(1))).toBe(400)
    expect(chosenTokens(book, choose(1, 2))).toBe(1_000)
    expect(chosenTokens(book, choose(0, 3, 7))).toBe(2_300)
    expect(chosenTokens(book, none)).toBe(0)
  })

  it('are units in order, drawn together where they touch', () => {
    expect(chosenUnits(book, choose(6, 1))).toEqual([[1, 4], [15, 19]])
    expect(chosenUnits(book, choose(3, 0))).toEqual([[0, 19]])
    expect(chosenUnits(book, none)).toEqual([])
  })

  it('begin with as many as fit', () => {
    expect(chosenUnits(book, firstChapters(book, 1_050))).toEqual([[0, 9]])
    expect(chosenUnits(book, firstChapters(book, 1_700))).toEqual([[0, 14]])
    expect([...firstChapters(book, 300)]).toEqual([])
    expect(chosenTokens(book, firstChapters(book, 9_999))).toBe(2_300)
  })

  it('are listed only as deep as a person can look through', () => {
    const deep = Array.from({ length: 20 }, (_, part) => [chapter(`${part}`, 1, part, part, 10), ...Array.from({ length: 10 }, (_, section) => chapter(`${part}.${section}`, 2, part, part, 1))]).flat()
    expect(shownChapters(deep)).toHaveLength(20)
    expect(shownChapters(book)).toEqual(book)
    const flat = Array.from({ length: 200 }, (_, index) => chapter(`${index}`, 3, index, index, 1))
    expect(shownChapters(flat)).toHaveLength(200)
    expect(shownChapters([])).toEqual([])
  })
})
