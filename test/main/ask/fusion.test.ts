import { expect, it } from 'vitest'
import { fuse } from '../../../src-main/ask/fusion'
import type { PassageHit } from '../../../src-main/contract/library'

const hit = (passage: number): PassageHit => ({ document: 'd', passage, first: passage, last: passage, tokens: 10, score: 1 })

it('puts what two lists agree on before what one list likes best', () => {
  const fused = fuse([
    { weight: 1, hits: [hit(1), hit(2), hit(3)] },
    { weight: 1, hits: [hit(4), hit(2)] },
  ])
  expect(fused.map((entry) => entry.passage)).toEqual([2, 1, 4, 3])
})

it('lets a light list break ties but not lead', () => {
  const fused = fuse([
    { weight: 1, hits: [hit(1), hit(2)] },
    { weight: 0.4, hits: [hit(9)] },
  ])
  expect(fused.map((entry) => entry.passage)).toEqual([1, 2, 9])
})

it('keeps the order of one list', () => {
  expect(fuse([{ weight: 1, hits: [hit(5), hit(3), hit(7)] }]).map((entry) => entry.passage)).toEqual([5, 3, 7])
})
