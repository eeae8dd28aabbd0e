/**
 * Of every 64 tokens 24 parts, each of keys that are alike. The product of a query with the mean of some keys tells the less of their mass the less alike they
 * are (Jensen), and a single mean (ShadowKV, arXiv 2410.21465, which therefore takes 8 tokens) hides the few keys that a query looks for among those around
 * them. The clusters are begun from keys as far from one another as can be (Gonzalez 1985), so that what is unlike the rest stands alone, and each key then
 * goes to the nearest mean, twice (Lloyd 1982).
 */
import { blockTokens } from '../reading/layout'
import type { SummaryForm } from './block-parts'
import { sumsOf } from './row-sums'

/** Of a block. */
const rows = 24
const rounds = 2

export const keyClusters = keyClustersIn(blockTokens)

/** The same for so many tokens at a time, where smaller blocks are chosen. */
export function keyClustersIn(unitTokens: 16 | typeof blockTokens): SummaryForm {
  const clusters = (rows * unitTokens) / blockTokens
  return {
    rows,
    unitTokens,
    part(products) {
      const rowOf = new Uint8Array(blockTokens)
      for (let first = 0; first < blockTokens; first += unitTokens) {
        const own = unitTokens === blockTokens ? products : square(products, first, unitTokens)
        rowOf.set(clusterOf(own, unitTokens, clusters).map((cluster) => (first / unitTokens) * clusters + cluster), first)
      }
      return rowOf
    },
  }
}

/** The products of some keys that follow one another, f32 [count, count]. */
function square(products: Float32Array, first: number, count: number): Float32Array {
  return Float32Array.from({ length: count ** 2 }, (_, i) => products[(first + Math.floor(i / count)) * blockTokens + first + (i % count)] ?? 0)
}

/** Of each key. @param products f32 [count, count] */
function clusterOf(products: Float32Array, count: number, clusters: number): Uint8Array {
  const nearest = begin(products, count, clusters)
  for (let round = 0; round < rounds; round++) toNearestMean(products, nearest, clusters)
  return nearest
}

/** Each cluster is begun with the key that is farthest from those before. */
function begin(products: Float32Array, count: number, clusters: number): Uint8Array {
  const nearest = new Uint8Array(count)
  const squareOf = (key: number): number => products[key * (count + 1)] ?? 0
  // Of each key from the nearest beginning; at first from the mean of all, but for what is the same for all keys.
  const away = Float32Array.from({ length: count }, (_, key) => {
    const row = products.subarray(key * count, (key + 1) * count)
    return squareOf(key) - (2 / count) * row.reduce((sum, product) => sum + product, 0)
  })
  let beginning = farthest(away)
  away.fill(Infinity)
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let key = 0; key < count; key++) {
      const distant = squareOf(key) - 2 * (products[beginning * count + key] ?? 0) + squareOf(beginning)
      if (distant >= (away[key] ?? 0)) continue
      away[key] = distant
      nearest[key] = cluster
    }
    beginning = farthest(away)
  }
  return nearest
}

/** Brings each key to the cluster with the nearest mean. */
function toNearestMean(products: Float32Array, nearest: Uint8Array, clusters: number): void {
  const { counts, sums, all } = sumsOf(products, nearest, clusters)
  const means = counts.map((count, cluster) => (all[cluster] ?? 0) / count ** 2)
  for (let key = 0; key < nearest.length; key++) {
    let least = Infinity
    for (let cluster = 0; cluster < clusters; cluster++) {
      const count = counts[cluster] ?? 0
      // But for the key's product with itself, which is the same for all.
      const distant = (means[cluster] ?? 0) - (2 * (sums[key * clusters + cluster] ?? 0)) / count
      if (count === 0 || distant >= least) continue
      least = distant
      nearest[key] = cluster
    }
  }
}

function farthest(away: Float32Array): number {
  let found = 0
  for (let i = 1; i < away.length; i++) if ((away[i] ?? 0) > (away[found] ?? 0)) found = i
  return found
}
