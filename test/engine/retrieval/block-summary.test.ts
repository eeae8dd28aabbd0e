import { expect, it } from 'vitest'
import { BlockSummary, type SummaryForm } from '../../../src-engine/retrieval/block-summary'
import { halfOf } from '../../support/half-of'

const d = 2
/** Even and odd tokens, and a row that stays empty. */
const evenAndOdd: SummaryForm = { rows: 3, part: () => Uint8Array.from({ length: 64 }, (_, token) => token % 2) }

/** Keys token by token, values number by number. */
const block = Uint16Array.from([
  ...Array.from({ length: 64 }, (_, token) => [token % 2 === 0 ? 1 : token < 32 ? 2 : 6, 3]).flat(),
  ...Array.from({ length: 64 }, (_, token) => token), ...Array.from({ length: 64 }, (_, token) => (token % 2 === 0 ? -1 : 5)),
], halfOf)

it('a row has the means of its keys and values, their number, and how widely the keys lie', () => {
  const { keys, values, counts, squares } = new BlockSummary(evenAndOdd, d).summarise(block)
  expect([...keys]).toEqual([1, 3, 4, 3, 0, 0])
  expect([...values]).toEqual([31, -1, 32, 5, 0, 0])
  expect([...counts]).toEqual([32, 32, 0])
  expect([...squares]).toEqual([0, 4, 0])
})

it('knows how far each key is from its mean', () => {
  const summary = new BlockSummary(evenAndOdd, d)
  summary.summarise(block)
  expect([0, 1, 63].map((token) => [...summary.deviation(token)])).toEqual([[0, 0], [-2, 0], [2, 0]])
})
