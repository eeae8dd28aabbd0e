import { describe, expect, it } from 'vitest'
import { unitSummary } from '../../../src-engine/retrieval/unit-summary'
import { seededRandom } from '../../support/seeded-random'
import { halfOf } from '../../support/half-of'

const d = 4

function keysOf(rows: readonly (readonly number[])[]): Uint16Array {
  return Uint16Array.from(rows.flat(), halfOf)
}

/** Four units of sixteen. */
const rowsOf = (key: (place: number) => readonly number[]): readonly (readonly number[])[] => Array.from({ length: 64 }, (_, place) => key(place))

describe('the summary of a block', () => {
  it('is of each unit the key that is unlike the others, and the mean of these', () => {
    const into = new Float32Array(8 * d)
    unitSummary.fill(keysOf(rowsOf((place) => (place === 22 ? [0, 8, 0, 0] : [place % 2, 1, 0, -2]))), d, into)
    expect(Array.from(into.subarray(2 * d, 4 * d), (value) => Number(value.toFixed(5)))).toEqual([0.53333, 1, 0, -2, 0, 8, 0, 0])
  })

  it('gives back the sum of all keys, unit by unit', () => {
    const random = seededRandom(3)
    const rows = rowsOf(() => Array.from({ length: d }, () => Math.round(64 * random()) / 8))
    const into = new Float32Array(8 * d)
    unitSummary.fill(keysOf(rows), d, into)
    expect(unitSummary.counts).toEqual([15, 1, 15, 1, 15, 1, 15, 1])
    for (let unit = 0; unit < 4; unit++) {
      const sum = rows.slice(unit * 16, (unit + 1) * 16).reduce((all, row) => all.map((value, i) => value + (row[i] ?? 0)), [0, 0, 0, 0])
      sum.forEach((value, i) => expect(15 * (into[unit * 2 * d + i] ?? 0) + (into[(unit * 2 + 1) * d + i] ?? 0)).toBeCloseTo(value, 3))
    }
  })
})
