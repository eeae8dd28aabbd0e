/**
 * Attention of one token to keys and values in memory and, by a summary, to others: one softmax over the products with all of them. What is summed up takes
 * the share that its keys are estimated to have, and gives the mean of its values, so that looking at less makes no head look too much at what is left.
 */
import type { GraphBuilder, Slice } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'
import type { AttentionOptions } from './exact'

/** What is not looked at one by one. */
export interface Rest {
  /** f32 [rows, query heads of a KV head, KV heads]: products with what stands for keys, the root of d not taken out; -infinity where there is none. */
  readonly products: Tensor
  /** [rows, d, KV heads]: the means of their values. */
  readonly values: Tensor
}

/**
 * @param queries [d, heads, 1], turned by position
 * @param window keys [d, n, KV heads], values [n, d, KV heads]
 * @param mask f16 or f32 [rows + n, 1]: of the rest, then of the window: 0 where the token may look, -infinity elsewhere
 * @returns [d * heads, 1]
 */
export function attendWithRest(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor, rest: Rest, { way }: Pick<AttentionOptions, 'way'>): Tensor {
  const [d, heads] = queries.shape
  const [rows, group, kvHeads] = rest.products.shape
  // As for `fused`: devices multiply what lies together.
  const { keys, values } = way === 'fused' ? { keys: graph.dense(window.keys), values: graph.dense(window.values) } : window
  const [near, far] = [{ first: rows, count: keys.shape[1] }, { first: 0, count: rows }]
  const all = graph.input(dataType.f32, rows + keys.shape[1], group, kvHeads)
  graph.run(graph.copy(rest.products, columns(graph, all, far)))
  graph.run(graph.copy(graph.matmulExact(keys, graph.reshape(queries, d, group, kvHeads)), columns(graph, all, near)))
  const weights = graph.softmax(graph.reshape(all, rows + keys.shape[1], 1, heads), mask, 1 / Math.sqrt(d))
  const part = (of: Slice): Tensor => columns(graph, graph.reshape(weights, ...all.shape), of)
  const found = graph.matmul(values, part(near)) // [d, group, KV heads]
  return graph.reshape(graph.add(found, graph.matmul(rest.values, part(far))), d * heads, 1)
}

/** Of x [n, group, heads]. */
function columns(graph: GraphBuilder, x: Tensor, { first, count }: Slice): Tensor {
  return graph.view(x, [count, x.shape[1], x.shape[2], 1], [x.strides[1], x.strides[2], x.strides[3]], first * elementBytes(x.type))
}
