import { expect, it } from 'vitest'
import { coverageOf } from '../../../src-main/ask/coverage'
import type { DocumentSummary } from '../../../src-main/contract/library'
import { sentenceText } from '../../support/sentence-text'

const summary = (id: string, format: 'pdf' | 'docx', units: number): DocumentSummary => ({
  id, title: id, author: null, format, fileName: id, path: `/${id}`, units, characters: 1, state: 'ready', failure: null, problems: [], notices: [], imported: '2026-01-01T00:00:00.000Z', hasCover: false,
})

it('names each page once, also the second page of a sentence that runs over', () => {
  const over = sentenceText('runs over', { unit: 2, start: { unit: 2, offset: 900 }, end: { unit: 3, offset: 12 } })
  const ends = sentenceText('ends with its page', { unit: 7, start: { unit: 7, offset: 3 }, end: { unit: 8, offset: 0 } })
  expect(coverageOf([over, sentenceText('again', { unit: 3, start: { unit: 3, offset: 13 }, end: { unit: 3, offset: 18 } }), ends], [summary('book', 'pdf', 410)])).toEqual({
    documents: [{ document: 'book', title: 'book', unitsInView: [2, 3, 7], unitsTotal: 410, paginated: true }],
    complete: false,
  })
})

it('lists every document asked about, also one that gave nothing', () => {
  const { documents } = coverageOf([sentenceText('here')], [summary('book', 'pdf', 4), summary('other', 'docx', 9)])
  expect(documents.map(({ document, unitsInView, paginated }) => [document, unitsInView, paginated])).toEqual([['book', [0], true], ['other', [], false]])
})
