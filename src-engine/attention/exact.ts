/**
 * Exact attention over keys and values that are all in memory. The query heads of one KV head are rows of one matrix, so its keys and values
 * are read once for all of them (grouped-query attention, arXiv 2305.13245).
 */
import type { GraphBuilder, Slice } from '../ggml/graph'
import { layersOnDevices, type Placement } from '../ggml/placement'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'
import { attendByPlaces, attendByTokens, canAttend, inOneBlock, placesIn, type KvInBlocks } from './own'

/**
 * `plain` is always one product for each query head, each sum in the order in which libllama without flash attention adds: for comparing bits. `fused` is
 * ggml's fused attention for any number of tokens, for graphics devices: ggml's Vulkan product takes the matrices of its first argument to lie one after the
 * other, and a window of several KV heads has the rest of the cache between them. Layers beside them whose V lies by number are the processor's, and attend in
 * its fastest way.
 */
export type AttentionWay = 'fastest' | 'plain' | 'fused'

export function fastestOn(placement: Placement): AttentionWay {
  return layersOnDevices(placement) > 0 ? 'fused' : 'fastest'
}

/**
 * Of the mask of a few tokens. ggml's softmax adds one in f32 with whole vectors, one in f16 number by number: 44 for 59 microseconds for 14 heads at 4,096
 * places. Its fused attention takes f16 only.
 */
export function stepMaskType(way: AttentionWay): number {
  return way === 'fused' ? dataType.f16 : dataType.f32
}

/** 0 where a token may look, and what else stands in its numbers. */
export interface StepMask {
  readonly numbers: Uint16Array | Float32Array
  readonly minusInfinity: number
}

/** So many numbers of that type, all 0. */
export function stepMask(type: number, length: number): StepMask {
  if (type === dataType.f32) return { numbers: new Float32Array(length), minusInfinity: -Infinity }
  return { numbers: new Uint16Array(length), minusInfinity: 0xfc00 }
}

export interface AttentionOptions {
  readonly way: AttentionWay
  /** That will compute. */
  readonly threads: number
}

/**
 * @param queries [d, heads, tokens], turned by position
 * @param window n places of a layer
 * @param mask f16 [n, tokens]: 0 where a token may look, -infinity elsewhere
 * @returns [d * heads, tokens]
 */
export function attend(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor, { way, threads }: AttentionOptions): Tensor {
  const [, heads, tokens] = queries.shape
  if (way === 'fused' && window.valueRows === 'by number') return attend(graph, queries, window, mask, { way: 'fastest', threads })
  if (way === 'fused') return attendFused(graph, queries, window, mask, heads)
  if (window.valueRows === 'by token') return attend(graph, queries, withValuesByNumber(graph, window), mask, { way, threads })
  if (way === 'plain') return attendPlain(graph, queries, window, mask)
  if (tokens === 1) return attendEach(graph, queries, window, mask, { way, threads })
  if (canAttend(graph, window)) return attendBlocks(graph, queries, inOneBlock(graph, window), mask, threads)
  if (tokens < tileTokens) return attendGrouped(graph, queries, window, mask)
  return attendFused(graph, queries, window, mask, headsTogether(queries, placesOf(window), threads))
}

/**
 * As `attend` for a few tokens, each with the kernels of a token alone and so with its bits: ggml takes others, with another order of sums,
 * for several columns. The tokens are the fourth dimension, of which every slice is computed by itself.
 * @param mask [n, tokens], of `stepMaskType`
 */
export function attendEach(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor, options: AttentionOptions): Tensor {
  const [d, heads, tokens] = queries.shape
  if (options.way === 'fused' && window.valueRows === 'by number') return attendEach(graph, queries, window, mask, { ...options, way: 'fastest' })
  if (options.way === 'fused' || (options.way === 'plain' && tokens === 1)) return attend(graph, queries, window, mask, options)
  if (window.valueRows === 'by token') return attendEach(graph, queries, withValuesByNumber(graph, window), mask, options)
  if (options.way === 'fastest' && canAttend(graph, window)) return attendEachInBlocks(graph, queries, inOneBlock(graph, window), mask)
  const { keys, values } = window
  const [, n, kvHeads] = keys.shape
  const rows = options.way === 'plain' ? { keys: 1, values: 1 } : rowsOfProducts(heads / kvHeads, n)
  const scores = graph.matmulExact(keys, graph.reshape(queries, d, rows.keys, heads / rows.keys, tokens)) // [n, rows, matrices, tokens]
  const weights = graph.softmax(graph.reshape(scores, n, 1, heads, tokens), graph.reshape(mask, n, 1, 1, tokens), 1 / Math.sqrt(d))
  const mixed = graph.matmul(values, graph.reshape(weights, n, rows.values, heads / rows.values, tokens)) // [d, rows, matrices, tokens]
  return graph.reshape(mixed, d * heads, tokens)
}

/** Only who asks for another way than the device's own pays for this. */
function withValuesByNumber(graph: GraphBuilder, { keys, values }: KvLayer): KvLayer {
  return { keys, values: graph.dense(graph.permute(values, 1, 0, 2, 3)), valueRows: 'by number' }
}

/**
 * From here on ggml's fused attention works in tiles, in f32, without writing the scores down: 1.7 to 3 times as fast for 512 tokens.
 * Below it goes token by token with sums in f16, and the grouped way is both nearer to the truth and faster (2.2 times for one token).
 */
export const tileTokens = 64
/**
 * For one token, so many query heads of a KV head are worth one product with its keys. On one thread and 4,096 places both products take 0.46 ms where
 * one product a head takes 0.71 with seven heads (Qwen2.5-0.5B), and 1.65 where it takes 2.67 with sixteen (GLM-4-9B).
 */
const groupedMin = 4
/** With fewer, the values are worth it from here on: 12.4 and 10.4 ms for 30 layers of three heads (SmolLM2) at 4,096 places, and no gain at 1,024. */
const groupedValuesFrom = 2048

/** Query heads that are one matrix for one token: 1 or all of a KV head. */
function rowsOfProducts(group: number, places: number): { readonly keys: number; readonly values: number } {
  if (group >= groupedMin) return { keys: group, values: group }
  return { keys: 1, values: places < groupedValuesFrom ? 1 : group }
}

/** Bytes of the scores that are written down at once: all of 63 tokens over 131,072 places would be a gigabyte with GLM-4-9B's heads. */
const scoresBytesMax = 128 * 2 ** 20

/** Scores that are too many are those of one KV head and some tokens at a time; of how many tokens does not depend on how many KV heads there are. */
export function attendGrouped(graph: GraphBuilder, queries: Tensor, kv: KvLayer, mask: Tensor, bytesMax = scoresBytesMax): Tensor {
  const [d, heads, tokens] = queries.shape
  const [, n, kvHeads] = kv.keys.shape
  const group = heads / kvHeads
  const tokenBytes = n * group * elementBytes(dataType.f32)
  if (tokenBytes * kvHeads * tokens <= bytesMax) return attendRows(graph, queries, kv, mask)
  const all = graph.input(dataType.f32, d, heads, tokens)
  for (let head = 0; head < kvHeads; head++) {
    const own = { ...kv, keys: graph.slice(kv.keys, 2, { first: head, count: 1 }), values: graph.slice(kv.values, 2, { first: head, count: 1 }) }
    for (const part of evenParts(tokens, Math.ceil((tokenBytes * tokens) / bytesMax))) {
      const of = (x: Tensor): Tensor => graph.slice(graph.slice(x, 1, { first: head * group, count: group }), 2, part)
      graph.run(graph.copy(attendRows(graph, of(queries), own, graph.slice(mask, 1, part)), of(all)))
    }
  }
  return graph.reshape(all, d * heads, tokens)
}

function attendRows(graph: GraphBuilder, queries: Tensor, { keys, values }: KvLayer, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const [, n, kvHeads] = keys.shape
  const rows = (heads / kvHeads) * tokens
  // [d, tokens, heads]: the heads of a KV head are neighbours, so its rows are one matrix.
  const byHead = graph.dense(graph.permute(queries, 0, 2, 1, 3))
  const scores = graph.matmulExact(keys, graph.reshape(byHead, d, rows, kvHeads)) // [n, rows, KV heads]
  const weights = graph.softmax(graph.reshape(scores, n, tokens, heads), mask, 1 / Math.sqrt(d))
  const mixed = graph.matmul(values, graph.reshape(weights, n, rows, kvHeads)) // [d, rows, KV heads]
  const byToken = graph.permute(graph.reshape(mixed, d, tokens, heads), 0, 2, 1, 3)
  return graph.reshape(graph.dense(byToken), d * heads, tokens)
}

/** Of `count` neighbours, `parts` parts whose lengths differ by one at most. */
export function evenParts(count: number, parts: number): readonly Slice[] {
  const start = (part: number): number => Math.floor((part * count) / parts)
  return Array.from({ length: parts }, (_, part) => ({ first: start(part), count: start(part + 1) - start(part) }))
}

/** The queries stay as they lie: ggml takes another kernel, with another order of sums, for dense ones. */
function attendPlain(graph: GraphBuilder, queries: Tensor, { keys, values }: KvLayer, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const scores = graph.matmulExact(keys, graph.permute(queries, 0, 2, 1, 3)) // [n, tokens, heads]
  const mixed = graph.matmul(values, graph.softmax(scores, mask, 1 / Math.sqrt(d))) // [d, tokens, heads]
  if (tokens === 1) return graph.reshape(mixed, d * heads, 1)
  return graph.reshape(graph.dense(graph.permute(mixed, 0, 2, 1, 3)), d * heads, tokens)
}

/** The most multiplications of one operation for each thread, as a stop is heard between two: some tenths of a second where cores are slow. */
const multiplicationsMax = 2 ** 32
/** ggml cuts the rows of an operation into four pieces for each thread, and a piece of less than a tile takes as long as a whole one. */
const rowsMin = 4 * tileTokens

interface Places {
  readonly n: number
  readonly kvHeads: number
}

const placesOf = ({ keys: { shape: [, n, kvHeads] } }: KvLayer): Places => ({ n, kvHeads })

/** How many query heads one operation takes of those of a chunk: all, if it is short. They are whole groups, or parts of one. */
export function headsTogether({ shape: [d, heads, tokens] }: Tensor, { n, kvHeads }: Places, threads: number): number {
  const group = heads / kvHeads
  const sizes = Array.from({ length: heads }, (_, i) => heads - i).filter((size) => heads % size === 0 && (size % group === 0 || group % size === 0))
  const enough = sizes.filter((size) => size * tokens >= rowsMin * threads || size === heads)
  return enough.find((size) => size * tokens * n * 2 * d <= multiplicationsMax * threads) ?? enough.at(-1) ?? heads
}

/** @param together query heads in one operation */
export function attendFused(graph: GraphBuilder, queries: Tensor, { keys, values, valueRows }: KvLayer, mask: Tensor, together: number): Tensor {
  const [d] = queries.shape
  // One copy for each chunk, some percent of the work, buys the layout that single tokens are fast with on a processor; of as many KV heads as are attended
  // together.
  const byToken = (kv: Slice): Tensor => { // [d, n, KV heads]
    const own = graph.slice(values, 2, kv)
    return valueRows === 'by token' ? own : graph.dense(graph.permute(own, 1, 0, 2, 3))
  }
  let turned: { readonly kv: Slice; readonly values: Tensor } | undefined
  return inParts(graph, queries, keys.shape[2], together, (part, kv) => {
    if (turned?.kv.first !== kv.first) turned = { kv, values: byToken(kv) }
    return graph.flashAttention(graph.permute(part, 0, 2, 1, 3), graph.slice(keys, 2, kv), turned.values, mask, 1 / Math.sqrt(d))
  })
}

/** As `attend` by Longleaf's own kernels, for a chunk. */
export function attendBlocks(graph: GraphBuilder, queries: Tensor, kv: KvInBlocks, mask: Tensor, threads: number): Tensor {
  const kvHeads = kv.keys.shape[3]
  return inParts(graph, queries, kvHeads, headsTogether(queries, { n: placesIn(kv), kvHeads }, threads), (part, heads) =>
    attendByTokens(graph, part, { keys: graph.slice(kv.keys, 3, heads), values: graph.slice(kv.values, 3, heads) }, mask))
}

/** As `attendEach` by these. */
export function attendEachInBlocks(graph: GraphBuilder, queries: Tensor, kv: KvInBlocks, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  return graph.reshape(attendByPlaces(graph, queries, kv, mask), d * heads, tokens)
}

/** @param attendPart gives [d, together, tokens] of `together` query heads, those of some KV heads or some of one's */
function inParts(graph: GraphBuilder, queries: Tensor, kvHeads: number, together: number, attendPart: (queries: Tensor, kv: Slice) => Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const group = heads / kvHeads
  if (together === heads) return graph.reshape(attendPart(queries, { first: 0, count: kvHeads }), d * heads, tokens)
  const all = graph.input(dataType.f32, d, heads, tokens)
  for (let first = 0; first < heads; first += together) {
    const part = { first, count: together }
    const found = attendPart(graph.slice(queries, 1, part), { first: Math.floor(first / group), count: Math.max(1, together / group) })
    graph.run(graph.copy(found, graph.slice(all, 1, part)))
  }
  return graph.reshape(all, d * heads, tokens)
}
