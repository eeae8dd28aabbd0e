/**
 * Of every 16 tokens, a unit, six parts, each of keys that are alike. The product of a query with the mean of some keys tells the less of their mass the
 * less alike they are (Jensen), and a single mean (ShadowKV, arXiv 2410.21465, which therefore takes 8 tokens) hides the few keys that a query looks for
 * among those around them. The clusters are begun from keys as far from one another as can be (Gonzalez 1985), so that what is unlike the rest stands alone.
 */
import { blockTokens } from '../reading/layout'
import type { SummaryForm } from './block-summary'

/** Tokens of a unit. */
const unitTokens = 16
const clusters = 6

export const keyClusters: SummaryForm = {
  rows: (clusters * blockTokens) / unitTokens,
  part(keys, d) {
    const rowOf = new Uint8Array(blockTokens)
    for (let unit = 0; unit < blockTokens / unitTokens; unit++) {
      const nearest = divide(keys.subarray(unit * unitTokens * d, (unit + 1) * unitTokens * d), d)
      rowOf.set(nearest.map((cluster) => unit * clusters + cluster), unit * unitTokens)
    }
    return rowOf
  },
}

/** The cluster of each key of a unit [16, d]. */
function divide(unit: Float32Array, d: number): Uint8Array {
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
  return nearest
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
