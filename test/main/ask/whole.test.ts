import { describe, expect, it } from 'vitest'
import { beginWhole, scopeCoverage, textsOfUnits } from '../../../src-main/ask/whole'
import type { DocumentSummary, SentenceText } from '../../../src-main/contract/library'

const sentence = (index: number, text: string, from: number, to = from): SentenceText => ({
  document: 'a', title: 'Tides', index, text, start: { unit: from, offset: 0 }, end: { unit: to, offset: 5 }, unit: from, page: from + 1, pageLabel: null, section: [], paragraph: index,
})

describe('beginWhole', () => {
  // The second runs over the page; the page after it holds nothing.
  const sentences = [sentence(0, 'One is here.', 0), sentence(1, 'Two goes on.', 0, 1), sentence(2, 'Three ends.', 3)]
  const { messages, unitsRead } = beginWhole(sentences)
  const text = messages.at(-1)?.content ?? ''
  const end = (words: string): number => text.indexOf(words) + words.length

  it('counts a page as read when the last sentence on it is, and one without words with the page before', () => {
    const lengths = [0, end('One is here.'), end('Two goes on.') - 1, end('Two goes on.'), end('Three ends.') - 1, end('Three ends.'), text.length]
    expect(unitsRead(lengths, [0, 1, 2, 3])).toEqual([0, 0, 0, 3, 3, 4, 4])
  })

  it('has the same beginning for the pages that are read as for all of them', () => {
    const part = beginWhole(sentences.slice(0, 2)).messages.at(-1)?.content ?? ''
    expect(text.startsWith(part.slice(0, part.indexOf('Two goes on.') + 12))).toBe(true)
  })
})

describe('textsOfUnits', () => {
  it('gives each unit the words of what begins on it, and the others nothing', () => {
    const sentences = [sentence(0, 'One is here.', 0), sentence(1, 'Two goes on.', 0, 1), sentence(2, 'Three ends.', 3)]
    expect(textsOfUnits(sentences, 4)).toEqual(['One is here.\nTwo goes on.', '', '', 'Three ends.'])
  })
})

describe('scopeCoverage', () => {
  const book = { id: 'a', title: 'Tides', units: 4, format: 'pdf', problems: [{ unit: 2, kind: 'no-text' }] } as unknown as DocumentSummary

  it('is complete for all units of which there is a text, and only then', () => {
    expect(scopeCoverage(book, { kind: 'whole' })).toMatchObject({ complete: false, documents: [{ unitsInView: [0, 1, 3] }] })
    expect(scopeCoverage({ ...book, problems: [] }, { kind: 'whole' }).complete).toBe(true)
    expect(scopeCoverage(book, { kind: 'units', units: [[1, 2]] })).toMatchObject({ complete: false, documents: [{ unitsInView: [1], unitsTotal: 4 }] })
  })
})
