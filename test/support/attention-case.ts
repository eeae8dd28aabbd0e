/** Attention over random numbers, and what it is by its definition. */
import type { KvInBlocks } from '../../src-engine/attention/own'
import type { GraphBuilder } from '../../src-engine/ggml/graph'
import type { Tensor } from '../../src-engine/ggml/tensor'
import { halves } from '../../src-engine/half'
import { seededRandom } from './seeded-random'

export interface AttentionCase {
  readonly d: number
  readonly heads: number
  readonly kvHeads: number
  readonly tokens: number
  /** Places of the window, and how many the first token sees. */
  readonly n: number
  readonly start: number
}

export const glm: AttentionCase = { d: 128, heads: 32, kvHeads: 2, tokens: 1, n: 1600, start: 1555 }
export const qwen: AttentionCase = { d: 64, heads: 14, kvHeads: 2, tokens: 1, n: 576, start: 570 }

/** Queries [tokens][heads][d] in f32, keys [KV heads][n][d] and values [KV heads][d][n] in f16. */
export interface Numbers {
  readonly queries: Float32Array
  readonly keys: Uint16Array
  readonly values: Uint16Array
}

export function numbersOf({ d, heads, kvHeads, tokens, n }: AttentionCase, size = 4): Numbers {
  const random = seededRandom(d + tokens)
  // Of both signs, from 0.25 to 2.
  const half = (): number => (random() < 0.5 ? 0x8000 : 0) + 0x3400 + Math.floor(random() * 0xc00)
  return {
    queries: Float32Array.from({ length: tokens * heads * d }, () => (random() - 0.5) * size),
    keys: Uint16Array.from({ length: kvHeads * n * d }, half),
    values: Uint16Array.from({ length: kvHeads * n * d }, half),
  }
}

/** Attention as the definition says it, in f64: [tokens][heads][d]. */
export function byDefinition({ d, heads, kvHeads, tokens, n, start }: AttentionCase, { queries, keys, values }: Numbers): Float64Array {
  const result = new Float64Array(tokens * heads * d)
  const [floatKeys, floatValues] = [keys, values].map((list) => Float32Array.from(list, (each) => halves[each] ?? Number.NaN))
  if (floatKeys === undefined || floatValues === undefined) throw new Error('There are both.')
  for (let row = 0; row < tokens * heads; row++) {
    const kv = Math.floor((row % heads) / (heads / kvHeads))
    const scores = Array.from({ length: start + Math.floor(row / heads) + 1 }, (_, place) => {
      let score = 0
      for (let i = 0; i < d; i++) score += (queries[row * d + i] ?? 0) * (floatKeys[(kv * n + place) * d + i] ?? 0)
      return score / Math.sqrt(d)
    })
    const highest = scores.reduce((most, score) => Math.max(most, score))
    const weights = scores.map((score) => Math.exp(score - highest))
    const sum = weights.reduce((a, b) => a + b)
    for (let i = 0; i < d; i++) {
      const own = floatValues.subarray((kv * d + i) * n)
      result[row * d + i] = weights.reduce((all, weight, place) => all + (weight / sum) * (own[place] ?? 0), 0)
    }
  }
  return result
}

/** Keys and values of each block together, `[KV heads][block][K | V]`. */
export function blocksOf({ d, kvHeads, n }: AttentionCase, block: number, { keys, values }: Numbers): Uint16Array {
  const all = new Uint16Array(keys.length + values.length)
  for (let head = 0; head < kvHeads; head++) {
    for (let start = 0; start < n; start += block) {
      const at = 2 * (head * n + start) * d
      all.set(keys.subarray((head * n + start) * d, (head * n + start + block) * d), at)
      for (let i = 0; i < d; i++) all.set(values.subarray((head * d + i) * n + start, (head * d + i) * n + start + block), at + (block * d + i * block))
    }
  }
  return all
}

export function viewBlocks(graph: GraphBuilder, all: Tensor, { d, kvHeads, n }: AttentionCase, block: number): KvInBlocks {
  const half = block * d * 2
  const steps = (row: number): readonly [number, number, number] => [row, 2 * half, (2 * half * n) / block]
  return {
    keys: graph.view(all, [d, block, n / block, kvHeads], steps(2 * d), 0),
    values: graph.view(all, [block, d, n / block, kvHeads], steps(2 * block), half),
  }
}
