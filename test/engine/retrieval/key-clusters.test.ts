import { describe, expect, it } from 'vitest'
import { keyClusters } from '../../../src-engine/retrieval/key-clusters'

const d = 4

/** The tokens of each row that has some. */
function partsOf(key: (place: number) => readonly number[]): readonly (readonly number[])[] {
  const rowOf = keyClusters.part(Float32Array.from(Array.from({ length: 64 }, (_, place) => key(place)).flat()), d)
  const rows = Array.from({ length: keyClusters.rows }, (_, row) => Array.from({ length: 64 }, (_each, token) => token).filter((token) => rowOf[token] === row))
  return rows.filter((tokens) => tokens.length > 0)
}

describe('the tokens of a block', () => {
  it('whose keys are unlike the others of their unit are parted from these', () => {
    const unlike: Readonly<Record<number, readonly number[]>> = { 18: [9, 0, 0, 0], 22: [0, 8, 0, 0], 23: [0, 8, 1, 0], 31: [0, 0, 0, 7] }
    const parts = partsOf((place) => unlike[place] ?? [place % 2, 1, 0, -2])
    expect(parts.filter((tokens) => tokens.some((token) => token >= 16 && token < 32))).toEqual(expect.arrayContaining([
      [18], [22], [23], [31], [16, 20, 24, 26, 28, 30], [17, 19, 21, 25, 27, 29],
    ]))
  })

  it('are one part of each unit where all keys are alike', () => {
    expect(partsOf(() => [1, 2, 3, 4]).map((tokens) => [tokens[0], tokens.length])).toEqual([[0, 16], [16, 16], [32, 16], [48, 16]])
  })
})
