/**
 * What is kept in memory of keys that are not: of every 16 of them, a unit, the one that lies farthest from their mean, and the mean of the others.
 * The product of a query with a mean never tells too much of the unit's mass (Jensen), and far too little where one key is unlike the others: ShadowKV
 * (arXiv 2410.21465) keeps whole chunks with such keys, here each unit keeps its own.
 */
import { fromHalf } from '../half'
import { blockTokens } from '../reading/layout'

/** How the keys of a block of 64 tokens are summed up: as some rows of numbers, each of which stands for so many keys. */
export interface SummaryForm {
  readonly counts: readonly number[]
  /** @param keys f16 [64, d]. @param into f32 [rows, d] */
  fill(keys: Uint16Array, d: number, into: Float32Array): void
}

/** Tokens of a unit. */
const unitTokens = 16

/** Of each unit the mean of all keys but one, and that one. */
export const unitSummary: SummaryForm = {
  counts: Array.from({ length: blockTokens / unitTokens }, () => [unitTokens - 1, 1]).flat(),
  fill(keys, d, into) {
    const unit = new Float32Array(unitTokens * d)
    for (let first = 0, at = 0; first < keys.length; first += unit.length, at += 2 * d) {
      for (let i = 0; i < unit.length; i++) unit[i] = halves[keys[first + i] ?? 0] ?? 0
      summariseUnit(unit, d, into.subarray(at, at + d), into.subarray(at + d, at + 2 * d))
    }
  },
}

function summariseUnit(unit: Float32Array, d: number, mean: Float32Array, unlike: Float32Array): void {
  mean.fill(0)
  for (let at = 0; at < unit.length; at += d) for (let i = 0; i < d; i++) mean[i] = (mean[i] ?? 0) + (unit[at + i] ?? 0) / unitTokens
  const far = farthestRow(unit, d, mean)
  unlike.set(unit.subarray(far * d, (far + 1) * d))
  for (let i = 0; i < d; i++) mean[i] = ((mean[i] ?? 0) * unitTokens - (unlike[i] ?? 0)) / (unitTokens - 1)
}

/** Of every f16 there is: to look up is several times as fast as to compute. */
export const halves = Float32Array.from({ length: 1 << 16 }, (_, bits) => fromHalf(bits))

function farthestRow(rows: Float32Array, d: number, mean: Float32Array): number {
  let [far, most] = [0, -1]
  for (let row = 0; row < rows.length / d; row++) {
    let distance = 0
    for (let i = 0; i < d; i++) distance += ((rows[row * d + i] ?? 0) - (mean[i] ?? 0)) ** 2
    if (distance > most) [far, most] = [row, distance]
  }
  return far
}
