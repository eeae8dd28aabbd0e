/**
 * What is kept in memory of keys that are not: of every 16 of them, a unit, four means, each of keys that are alike. The product of a query with the mean
 * of some keys tells the less of their mass the less alike they are (Jensen), and a single mean (ShadowKV, arXiv 2410.21465, which therefore takes 8
 * tokens) hides the few keys that a query looks for among those around them. The clusters are begun from keys as far from one another as can be
 * (Gonzalez 1985), so that what is unlike the rest stands alone.
 */
import { fromHalf } from '../half'
import { blockTokens } from '../reading/layout'

/** How the keys of a block of 64 tokens are summed up. */
export interface SummaryForm {
  /** Rows of numbers for each block. */
  readonly rows: number
  /**
   * @param keys f16 [64, d]
   * @param into f32 [rows, d]
   * @param counts f32 [rows]: keys that each row stands for; 0 for a row that stands for none
   */
  fill(keys: Uint16Array, d: number, into: Float32Array, counts: Float32Array): void
}

/** Tokens of a unit. */
const unitTokens = 16
const clusters = 4

export const keyClusters: SummaryForm = {
  rows: (clusters * blockTokens) / unitTokens,
  fill(keys, d, into, counts) {
    const unit = new Float32Array(unitTokens * d)
    for (let first = 0, row = 0; first < keys.length; first += unit.length, row += clusters) {
      for (let i = 0; i < unit.length; i++) unit[i] = halves[keys[first + i] ?? 0] ?? 0
      divide(unit, d, into.subarray(row * d, (row + clusters) * d), counts.subarray(row, row + clusters))
    }
  },
}

/** Of every f16 there is: to look up is several times as fast as to compute. */
export const halves = Float32Array.from({ length: 1 << 16 }, (_, bits) => fromHalf(bits))

/** @param means f32 [clusters, d] */
function divide(unit: Float32Array, d: number, means: Float32Array, counts: Float32Array): void {
  const nearest = new Uint8Array(unitTokens)
  // Of each key from the nearest beginning: at first from the mean of all.
  const away = new Float32Array(unitTokens)
  const mean = new Float32Array(d)
  for (let at = 0; at < unit.length; at++) mean[at % d] = (mean[at % d] ?? 0) + (unit[at] ?? 0) / unitTokens
  for (let i = 0; i < unitTokens; i++) away[i] = distance(unit, i * d, mean)
  let beginning = farthest(away)
  away.fill(Infinity)
  for (let cluster = 0; cluster < clusters; cluster++) {
    const key = unit.subarray(beginning * d, (beginning + 1) * d)
    for (let i = 0; i < unitTokens; i++) {
      const distant = distance(unit, i * d, key)
      if (distant >= (away[i] ?? 0)) continue
      away[i] = distant
      nearest[i] = cluster
    }
    beginning = farthest(away)
  }
  meansOf(unit, d, nearest, means, counts)
}

function meansOf(unit: Float32Array, d: number, nearest: Uint8Array, means: Float32Array, counts: Float32Array): void {
  means.fill(0)
  counts.fill(0)
  nearest.forEach((cluster, key) => {
    counts[cluster] = (counts[cluster] ?? 0) + 1
    for (let i = 0; i < d; i++) means[cluster * d + i] = (means[cluster * d + i] ?? 0) + (unit[key * d + i] ?? 0)
  })
  for (let i = 0; i < means.length; i++) means[i] = (means[i] ?? 0) / Math.max(1, counts[Math.floor(i / d)] ?? 0)
}

function farthest(away: Float32Array): number {
  let found = 0
  for (let i = 1; i < away.length; i++) if ((away[i] ?? 0) > (away[found] ?? 0)) found = i
  return found
}

/** Squared, of the row at `at` from a point. */
function distance(rows: Float32Array, at: number, point: Float32Array): number {
  let sum = 0
  for (let i = 0; i < point.length; i++) {
    const difference = (rows[at + i] ?? 0) - (point[i] ?? 0)
    sum += difference * difference
  }
  return sum
}
