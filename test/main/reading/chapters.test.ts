import { describe, expect, it } from 'vitest'
import type { OutlineEntry } from '../../../src-main/contract/document'
import { chaptersOf } from '../../../src-main/reading/chapters'

const text = (...texts: readonly string[]) => ({ units: texts.map((each) => ({ text: each })), tokens: texts.map((_, i) => 10 ** i) })
const entry = (title: string, level: number, unit: number): OutlineEntry => ({ title, level, unit })

describe('chaptersOf', () => {
  it('takes each entry to where the next of its level or a higher one begins, with the tokens of its pages', () => {
    const book = text('1 Mud\nIt is soft.', '1.1 Salt\nIt is sharp.', 'More of it.', '2 Tides\nThey turn.')
    expect(chaptersOf([entry('1 Mud', 1, 0), entry('1.1 Salt', 2, 1), entry('2 Tides', 1, 3)], book)).toEqual([
      { title: '1 Mud', level: 1, units: [0, 2], tokens: 111 },
      { title: '1.1 Salt', level: 2, units: [1, 2], tokens: 110 },
      { title: '2 Tides', level: 1, units: [3, 3], tokens: 1_000 },
    ])
  })

  it('gives a page on which the next begins further down to both, so that nothing of a chapter is left out', () => {
    const book = text('Mud\nIt is soft.', 'The end of mud, which goes on for a while on this page.\nTides\nThey turn.')
    expect(chaptersOf([entry('Mud', 1, 0), entry('Tides', 1, 1)], book).map(({ units }) => units)).toEqual([[0, 1], [1, 1]])
  })

  it('keeps what stands before the first entry, and ignores entries behind the end', () => {
    expect(chaptersOf([entry('Mud', 1, 1), entry('Gone', 1, 9)], text('A preface.', 'Mud')).map(({ title, units }) => [title, units])).toEqual([['', [0, 0]], ['Mud', [1, 1]]])
  })

  it('parts a document without contents into stretches of ten pages', () => {
    const pages = chaptersOf([], { units: Array.from({ length: 23 }, () => ({ text: 'x' })), tokens: Array.from({ length: 23 }, () => 2) })
    expect(pages.map(({ units, tokens }) => [units, tokens])).toEqual([[[0, 9], 20], [[10, 19], 20], [[20, 22], 6]])
  })
})
