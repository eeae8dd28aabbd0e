/**
 * Attention by Longleaf's own kernels (`src-kernels/attention.c`), three to four times as fast as ggml's products for one token and for a few, and 1.6 times
 * as fast as its fused attention for a chunk. Each row has the same bits whatever rows stand beside it.
 */
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'

/** What heads and windows are multiples of: no vector is longer. */
const step = 16
/** As in `attention.c`. */
const headMax = 128

/** Whether there are kernels for this: on a processor that has the vectors, with keys and values in f16. */
export function canAttend({ kernels }: GraphBuilder, { keys, values, valueRows }: KvLayer): boolean {
  const [d, n] = keys.shape
  const areHalves = [keys, values].every(({ type, strides }) => type === dataType.f16 && strides[0] === elementBytes(dataType.f16))
  return kernels !== undefined && areHalves && valueRows === 'by number' && d % step === 0 && d <= headMax && n % step === 0
}

/**
 * For few tokens: threads share the places.
 * @param queries f32 [d, heads, tokens]
 * @param mask f16 or f32 [n, tokens]
 * @returns [d, heads, tokens]
 */
export function attendByPlaces(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor): Tensor {
  return joined(graph, queries, attendParts(graph, queries, window, mask))
}

/** What a token finds elsewhere: with the logarithms of its heads' sums of exponentials, shares of which these are. */
export interface FoundElsewhere {
  /** f32 [d, heads]: the sum of values, each times its share. */
  readonly found: Tensor
  /** f32 [1, heads]: the sum of these shares. */
  readonly share: Tensor
  /** f32 [2, heads]: the highest score, and the sum of exponentials of scores less that. */
  readonly totals: Tensor
}

/** What one token finds at the places of a window and elsewhere, each as it weighs: [d, heads, 1]. */
export function attendAlso(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor, { found, share, totals }: FoundElsewhere): Tensor {
  const parts = attendParts(graph, queries, window, mask)
  const near = joined(graph, queries, parts)
  return graph.own('blend', near.shape, [near, parts, found, share, totals])
}

/** Of each part what rows find there, their highest score, and their sum of exponentials: [d + 2, rows, parts, KV heads]. */
function attendParts(graph: GraphBuilder, queries: Tensor, { keys, values }: KvLayer, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  const [, n, kvHeads] = keys.shape
  return graph.own('attendParts', [d + 2, (heads / kvHeads) * tokens, graph.partsOf(n), kvHeads], [queries, keys, values, mask])
}

function joined(graph: GraphBuilder, { shape: [d, heads, tokens] }: Tensor, parts: Tensor): Tensor {
  return graph.own('attendJoin', [d, heads, tokens, 1], [parts])
}

/** The same for many tokens: threads share the tokens, and nothing is written down but what they find. */
export function attendByTokens(graph: GraphBuilder, queries: Tensor, { keys, values }: KvLayer, mask: Tensor): Tensor {
  const [d, heads, tokens] = queries.shape
  return graph.own('attendRows', [d, heads, tokens, 1], [queries, keys, values, mask])
}
