import { describe, expect, it } from 'vitest'
import { summariseUnits, unitTokens } from '../../../src-engine/retrieval/unit-summary'
import { seededRandom } from '../../support/seeded-random'
import { halfOf } from '../../support/half-of'

const d = 4

function keysOf(rows: readonly (readonly number[])[]): Uint16Array {
  return Uint16Array.from(rows.flat(), halfOf)
}

describe('the summary of a unit', () => {
  it('is the key that is unlike the others, and the mean of these', () => {
    const rows = Array.from({ length: unitTokens }, (_, i) => (i === 6 ? [0, 8, 0, 0] : [i % 2, 1, 0, -2]))
    const into = new Float32Array(2 * d)
    summariseUnits(keysOf(rows), d, into)
    expect([...into].map((value) => Number(value.toFixed(5)))).toEqual([0.53333, 1, 0, -2, 0, 8, 0, 0])
  })

  it('gives back the sum of all keys, unit by unit', () => {
    const random = seededRandom(3)
    const rows = Array.from({ length: 3 * unitTokens }, () => Array.from({ length: d }, () => Math.round(64 * random()) / 8))
    const into = new Float32Array(3 * 2 * d)
    summariseUnits(keysOf(rows), d, into)
    for (let unit = 0; unit < 3; unit++) {
      const sum = rows.slice(unit * unitTokens, (unit + 1) * unitTokens).reduce((all, row) => all.map((value, i) => value + (row[i] ?? 0)), [0, 0, 0, 0])
      const again = sum.map((_, i) => (unitTokens - 1) * (into[unit * 2 * d + i] ?? 0) + (into[(unit * 2 + 1) * d + i] ?? 0))
      again.forEach((value, i) => expect(value).toBeCloseTo(sum[i] ?? 0, 3))
    }
  })
})
