/**
 * Attention by Longleaf's own kernels (`src-kernels/attention.c`), three to four times as fast as ggml's products for one token and for a few, and 1.6 times
 * as fast as its fused attention for a chunk. Each row has the same bits whatever rows stand beside it.
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Kernels } from '../ggml/libraries/kernels'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'

/** What heads and windows are multiples of: no vector is longer. */
const step = 16
/** As in `attention.c`. */
const headMax = 128

/** As the kernels take them: f16, keys [d, b, blocks, KV heads] and values [b, d, blocks, KV heads], of places in blocks of b. */
export interface KvInBlocks {
  readonly keys: Tensor
  readonly values: Tensor
}

/** Whether there are kernels for heads of this size: on a processor that has the vectors. */
export function canAttendHeads({ kernels }: { readonly kernels: Kernels | undefined }, headSize: number): boolean {
  return kernels !== undefined && headSize % step === 0 && headSize <= headMax
}

/** And for keys and values that lie so: in f16. */
export function canAttend(graph: GraphBuilder, { keys, values, valueRows }: KvLayer): boolean {
  const [d, n] = keys.shape
  const areHalves = [keys, values].every(({ type, strides }) => type === dataType.f16 && strides[0] === elementBytes(dataType.f16))
  return canAttendHeads(graph, d) && areHalves && valueRows === 'by number' && n % step === 0
}

/** A layer of which all places are one block. */
export function inOneBlock(graph: GraphBuilder, { keys, values }: KvLayer): KvInBlocks {
  const ofOne = (x: Tensor): Tensor => graph.view(x, [x.shape[0], x.shape[1], 1, x.shape[2]], [x.strides[1], x.strides[2], x.strides[2]], 0)
  return { keys: ofOne(keys), values: ofOne(values) }
}

/** Places of all blocks. */
export function placesIn({ keys: { shape: [, places, blocks] } }: KvInBlocks): number {
  return places * blocks
}

/**
 * For few tokens: threads share the places.
 * @param queries f32 [d, heads, tokens]
 * @param mask f16 or f32 [n, tokens]
 * @returns [d, heads, tokens]
 */
export function attendByPlaces(graph: GraphBuilder, queries: Tensor, kv: KvInBlocks, mask: Tensor): Tensor {
  return joined(graph, queries, attendParts(graph, queries, kv, mask))
}

/** What a token finds elsewhere, in shares of all that its heads were found to see; `totals` say of how much. */
export interface FoundElsewhere {
  /** f32 [d, heads]: the sum of values, each times its share. */
  readonly found: Tensor
  /** f32 [1, heads]: the sum of these shares. */
  readonly share: Tensor
  /** f32 [2, heads]: the highest score, and the sum of exponentials of scores less that. */
  readonly totals: Tensor
}

/** What one token finds in these places and elsewhere, each as it weighs: [d, heads, 1]. */
export function attendAlso(graph: GraphBuilder, queries: Tensor, kv: KvInBlocks, mask: Tensor, { found, share, totals }: FoundElsewhere): Tensor {
  const parts = attendParts(graph, queries, kv, mask)
  const near = joined(graph, queries, parts)
  return graph.own('blend', near.shape, [near, parts, found, share, totals])
}

/** Of each part what rows find there, their highest score, and their sum of exponentials: [d + 2, rows, parts, KV heads]. */
function attendParts(graph: GraphBuilder, queries: Tensor, kv: KvInBlocks, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const kvHeads = kv.keys.shape[3]
  return graph.own('attendParts', [d + 2, (heads / kvHeads) * tokens, graph.partsOf(placesIn(kv)), kvHeads], [queries, kv.keys, kv.values, mask])
}

function joined(graph: GraphBuilder, { shape: [d, heads, tokens] }: Tensor, parts: Tensor): Tensor {
  return graph.own('attendJoin', [d, heads, tokens, 1], [parts])
}

/** A layer whose past lies in a file. */
export interface LayerInFile {
  /** Where, a row for each KV head as `file-blocks.h` has it. */
  readonly past: Tensor
  /** What follows that in memory, numbers of a row together. */
  readonly tail: KvInBlocks
  /** Room for what threads read. */
  readonly parts: Tensor
}

/** As `attendByPlaces`: what lies in the file is read where it is attended. */
export function attendInFile(graph: GraphBuilder, queries: Tensor, { past, tail: { keys, values }, parts }: LayerInFile, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const kvHeads = keys.shape[3]
  const found = graph.own('attendFile', [d + 2, (heads / kvHeads) * tokens, graph.partsOf(mask.shape[0]), kvHeads], [queries, mask, past, parts, keys, values])
  return joined(graph, queries, found)
}

/** The same for many tokens: threads share the tokens, and nothing is written down but what they find. */
export function attendByTokens(graph: GraphBuilder, queries: Tensor, { keys, values }: KvInBlocks, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  return graph.own('attendRows', [d, heads, tokens, 1], [queries, keys, values, mask])
}
