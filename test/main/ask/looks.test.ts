import { describe, expect, it } from 'vitest'
import type { EvidencePiece } from '../../../src-engine/protocol'
import { lookOf, lookScores, standardise } from '../../../src-main/ask/looks'

const piece = (start: number, end: number, masses: readonly number[], more: Partial<EvidencePiece> = {}): EvidencePiece =>
  ({ of: 'answer', start, end, tokens: 2, logProbability: -1, rows: 2, masses: Float32Array.from(masses), ...more })

describe('a look', () => {
  // Two heads over three sentences.
  const pieces = [
    piece(0, 0, [3, 0, 0, 0, 3, 0], { of: 'question' }),
    piece(0, 20, [1, 0, 0, 0.5, 0.25, 0.25]),
    piece(20, 31, [0, 1, 0, 0, 1, 0], { logProbability: -4 }),
    piece(31, 60, [0, 0, 1, 0, 0, 1]),
  ]

  it('sums up the pieces of a statement, every head counting alike', () => {
    const look = lookOf(pieces, [0, 31], 3)
    expect(look?.masses).toEqual([0.1875, 0.28125, 0.03125])
    expect(look?.shares).toEqual([(0.5 + 0.25) / 2, (0.5 + 0.625) / 2, (0 + 0.125) / 2])
    expect(look?.logProbability).toBe(-1.25)
    expect(look?.questionShares).toEqual([0.5, 0.5, 0])
    expect(look?.tokens).toBe(4)
  })

  it('takes a piece whose blanks lie outside, and leaves one that is mostly of another statement', () => {
    expect(lookOf(pieces, [32, 60], 3)?.masses).toEqual([0, 0, 0.5])
    expect(lookOf(pieces, [40, 45], 3)).toBeNull()
  })

  it('is none where nothing was told', () => {
    expect(lookOf([], [0, 10], 3)).toBeNull()
    expect(lookOf([piece(0, 10, [], { rows: 2 })], [0, 10], 3)).toBeNull()
    expect(lookOf([piece(0, 10, [0, 0, 0], { rows: 0 })], [0, 10], 3)).toBeNull()
  })

  it('counts the question\'s the less the longer the statement is', () => {
    const look = { shares: [0, 1], questionShares: [1, 0], masses: [], logProbability: 0 }
    expect(lookScores({ ...look, tokens: 1 })[1]).toBeCloseTo(0.5, 6)
    expect(lookScores({ ...look, tokens: 9 })[1]).toBeCloseTo(0.9, 6)
    expect(lookScores({ ...look, tokens: 2, questionShares: null })).toEqual([-1, 1])
  })

  it('is standardised to mean 0 and deviation 1, and to nothing where all are equal', () => {
    expect(standardise([1, 2, 3]).map((z) => Number(z.toFixed(4)))).toEqual([-1.2247, 0, 1.2247])
    expect(standardise([5, 5])).toEqual([0, 0])
  })
})
