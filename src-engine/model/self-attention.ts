/**
 * Causal attention with rotary positions (arXiv 2104.09864) and grouped queries (arXiv 2305.13245):
 *
 *   q, k, v = split(queryKeyValue x + bias)
 *   output(attention(rotate(q), rotate(k), v))
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { allLoaded, type LayerTensors, type Loaded } from './layer-tensors'
import { applyOne, type Linear } from './linear'
import type { LayerCache } from './model'
import { applyProjection, type Projection } from './projection'
import type { ModelShape } from './shape'

export interface SelfAttention {
  readonly queryKeyValue: Projection // [width, heads d + 2 KV heads d]
  readonly output: Linear // [heads d, width]
}

export interface AttentionOptions {
  /** Of queries, keys and values. */
  readonly bias: 'required' | 'optional'
  /** Of the output matrix. */
  readonly sums?: Linear['sums']
}

/** Where a layer stands, and what it keeps and finds there. */
export interface LayerPlace {
  readonly index: number
  readonly cache: LayerCache
}

/** @throws ModelUnsupportedError if a tensor is missing or has another size. */
export function planSelfAttention(tensors: LayerTensors, { bias, sums }: AttentionOptions): Loaded<SelfAttention> {
  const { width, heads, kvHeads, headSize } = tensors.shape
  const keys = kvHeads * headSize
  return allLoaded<SelfAttention>({
    queryKeyValue: tensors.projection(width, 'attn_qkv', { attn_q: heads * headSize, attn_k: keys, attn_v: keys }, bias),
    output: tensors.matrix('attn_output', heads * headSize, width, sums),
  })
}

/** What tokens x [width, tokens] find, [width, kept]; undefined if nobody needs it. Their keys and values are kept in any case. */
export function applySelfAttention(graph: GraphBuilder, shape: ModelShape, weights: SelfAttention, place: LayerPlace, x: Tensor): Tensor | undefined {
  const { index, cache } = place
  const { heads, kvHeads, headSize, rotary } = shape
  const [q, k, v] = applyProjection(graph, weights.queryKeyValue, x)
  if (q === undefined || k === undefined || v === undefined) throw new Error('A layer gave no query, key or value.')
  cache.write(index, graph.rotate(asHeads(graph, k, headSize, kvHeads), cache.positions, rotary), asHeads(graph, v, headSize, kvHeads))
  const found = cache.attend(index, graph.rotate(asHeads(graph, q, headSize, heads), cache.positions, rotary)) // [heads d, kept]
  return found === undefined ? undefined : applyOne(graph, weights.output, found)
}

/** [heads d, tokens], perhaps a part of longer columns, as [d, heads, tokens]. */
function asHeads(graph: GraphBuilder, x: Tensor, headSize: number, heads: number): Tensor {
  const [size, column] = x.strides
  return graph.view(x, [headSize, heads, x.shape[1], 1], [size * headSize, column, column * x.shape[1]], 0)
}
