import { describe, expect, it } from 'vitest'
import { KeySpread } from '../../../src-engine/retrieval/key-spread'
import { seededRandom } from '../../support/seeded-random'

const d = 4

/** f32 [d, d] */
const productsOf = (key: readonly number[] | Float32Array): Float32Array =>
  Float32Array.from(Array.from(key).flatMap((one) => Array.from(key, (other) => one * other)))

/** What is added to the logarithm of a row's mass for a query. */
function added(spread: KeySpread, row: number, query: readonly number[]): number {
  const { directions } = spread
  const along = query.reduce((sum, a, i) => sum + query.reduce((part, b, j) => part + a * b * (directions[i * d + j] ?? 0), 0), 0)
  return (spread.spreads[row] ?? Number.NaN) * Math.log(1 + along / (2 * d))
}

describe('what the spread of keys adds to the mass of their row', () => {
  it('is nothing for a row of one key, and 1 + half the variance of the products for rows that are spread twice as widely as all', () => {
    const spread = new KeySpread(4, d)
    spread.addRows(0, Float32Array.of(0, 4))
    spread.addRows(2, Float32Array.of(2, 2))
    // All keys lie along the first number.
    for (const size of [1, -2, 3]) spread.addProducts(productsOf([size, 0, 0, 0]))
    // Keys of row 1 vary by 4 along it: their products with the query, over the root of d, by 3² 4 / 4.
    expect(added(spread, 1, [3, 7, 7, 7])).toBeCloseTo(Math.log(1 + 9 / 2))
    expect(added(spread, 0, [3, 7, 7, 7])).toBe(0)
    expect(added(spread, 1, [0, 7, 7, 7])).toBe(0)
    expect(added(spread, 2, [3, 0, 0, 0])).toBeCloseTo(Math.log(1 + 9 / 2) / 2)
  })

  it('comes near the truth for keys of a normal distribution', () => {
    const random = seededRandom(3)
    const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6)
    const keys = Array.from({ length: 4_000 }, () => Float32Array.of(normal(), 0.5 * normal(), 0.1 * normal(), 0))
    const square = keys.reduce((sum, key) => sum + key.reduce((part, each) => part + each * each, 0), 0) / keys.length
    const spread = new KeySpread(2, d)
    spread.addRows(0, Float32Array.of(square, 0))
    for (const key of keys) spread.addProducts(productsOf(key))
    const query = [1.5, 1, -1, 2]
    const truth = Math.log(keys.reduce((sum, key) => sum + Math.exp(key.reduce((part, each, i) => part + each * (query[i] ?? 0), 0) / 2), 0) / keys.length)
    expect(truth).toBeGreaterThan(0.25)
    expect(Math.abs(added(spread, 0, query) - truth)).toBeLessThan(0.06)
  })

  it('is nothing where all keys are their means', () => {
    const spread = new KeySpread(2, d)
    spread.addProducts(new Float32Array(d * d))
    expect(added(spread, 0, [1, 2, 3, 4])).toBe(0)
  })
})
