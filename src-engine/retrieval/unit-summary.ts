/**
 * What is kept in memory of keys that are not: of every 16 of them, a unit, the one that lies farthest from their mean, and the mean of the others.
 * The product of a query with a mean never tells too much of the unit's mass (Jensen), and far too little where one key is unlike the others: ShadowKV
 * (arXiv 2410.21465) keeps whole chunks with such keys, here each unit keeps its own.
 */
import { fromHalf } from '../half'

/** Tokens of a unit. */
export const unitTokens = 16
/** Rows of numbers that sum up a unit: the mean, then the key that is unlike it. */
export const unitRows = 2

/** Keys that each of a unit's rows stands for. */
export const rowCounts: readonly number[] = [unitTokens - 1, 1]

/** @param keys f16 [tokens, d], whole units. @param into f32 [units * 2, d] */
export function summariseUnits(keys: Uint16Array, d: number, into: Float32Array): void {
  const unit = new Float32Array(unitTokens * d)
  for (let first = 0, row = 0; first < keys.length; first += unit.length, row += unitRows) {
    for (let i = 0; i < unit.length; i++) unit[i] = halves[keys[first + i] ?? 0] ?? 0
    const mean = into.subarray(row * d, (row + 1) * d)
    sumRows(unit, d, mean)
    scale(mean, 1 / unitTokens)
    const far = farthestRow(unit, d, mean)
    into.set(unit.subarray(far * d, (far + 1) * d), (row + 1) * d)
    for (let i = 0; i < d; i++) mean[i] = ((mean[i] ?? 0) * unitTokens - (unit[far * d + i] ?? 0)) / (unitTokens - 1)
  }
}

/** Of every f16 there is: to look up is several times as fast as to compute. */
const halves = Float32Array.from({ length: 1 << 16 }, (_, bits) => fromHalf(bits))

function sumRows(rows: Float32Array, d: number, into: Float32Array): void {
  into.fill(0)
  for (let at = 0; at < rows.length; at += d) for (let i = 0; i < d; i++) into[i] = (into[i] ?? 0) + (rows[at + i] ?? 0)
}

function scale(row: Float32Array, factor: number): void {
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) * factor
}

function farthestRow(rows: Float32Array, d: number, mean: Float32Array): number {
  let [far, most] = [0, -1]
  for (let row = 0; row < rows.length / d; row++) {
    let distance = 0
    for (let i = 0; i < d; i++) distance += ((rows[row * d + i] ?? 0) - (mean[i] ?? 0)) ** 2
    if (distance > most) [far, most] = [row, distance]
  }
  return far
}
