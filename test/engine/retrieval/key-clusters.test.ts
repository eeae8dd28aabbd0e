import { describe, expect, it } from 'vitest'
import { keyClusters } from '../../../src-engine/retrieval/key-clusters'
import { seededRandom } from '../../support/seeded-random'
import { halfOf } from '../../support/half-of'

const d = 4

function keysOf(rows: readonly (readonly number[])[]): Uint16Array {
  return Uint16Array.from(rows.flat(), halfOf)
}

/** Four units of sixteen. */
const rowsOf = (key: (place: number) => readonly number[]): readonly (readonly number[])[] => Array.from({ length: 64 }, (_, place) => key(place))

describe('the summary of a block', () => {
  it('parts the keys of a unit that are unlike the others from these', () => {
    const [into, counts] = [new Float32Array(16 * d), new Float32Array(16)]
    const unlike: Readonly<Record<number, readonly number[]>> = { 18: [9, 0, 0, 0], 22: [0, 8, 0, 0], 23: [0, 8, 1, 0], 31: [0, 0, 0, 7] }
    keyClusters.fill(keysOf(rowsOf((place) => unlike[place] ?? [place % 2, 1, 0, -2])), d, into, counts)
    const rows = [0, 1, 2, 3].map((row) => [counts[4 + row], ...into.subarray((4 + row) * d, (5 + row) * d)])
    expect(rows.map((row) => row.map((value) => Number(value?.toFixed(4)))).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))).toEqual([
      [1, 0, 0, 0, 7], [1, 9, 0, 0, 0], [2, 0, 8, 0.5, 0], [12, 0.5, 1, 0, -2],
    ])
  })

  it('has one row for keys that are all alike, and the others for none', () => {
    const [into, counts] = [new Float32Array(16 * d), new Float32Array(16)]
    keyClusters.fill(keysOf(rowsOf(() => [1, 2, 3, 4])), d, into, counts)
    expect([...counts]).toEqual([0, 1, 2, 3].flatMap(() => [16, 0, 0, 0]))
    expect([...into.subarray(0, d)]).toEqual([1, 2, 3, 4])
  })

  it('gives back the sum of all keys, unit by unit', () => {
    const random = seededRandom(3)
    const rows = rowsOf(() => Array.from({ length: d }, () => Math.round(64 * random()) / 8))
    const [into, counts] = [new Float32Array(16 * d), new Float32Array(16)]
    keyClusters.fill(keysOf(rows), d, into, counts)
    for (let unit = 0; unit < 4; unit++) {
      const sum = rows.slice(unit * 16, (unit + 1) * 16).reduce((all, row) => all.map((value, i) => value + (row[i] ?? 0)), [0, 0, 0, 0])
      const parts = (i: number): number => [0, 1, 2, 3].reduce((all, row) => all + (counts[4 * unit + row] ?? 0) * (into[(4 * unit + row) * d + i] ?? 0), 0)
      sum.forEach((value, i) => expect(parts(i)).toBeCloseTo(value, 3))
    }
  })
})
