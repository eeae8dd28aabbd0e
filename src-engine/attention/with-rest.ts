/**
 * Attention of one token to keys and values in memory and, by an estimate, to others. Where the unit of the estimate is not known, it gives each head's mass
 * to what it passes over and also to some places that are in memory: these are attended exactly, so what they have by both says how the estimate is to be
 * scaled. So looking at less makes no head look too much at what is left.
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'
import type { AttentionOptions } from './exact'
import { attendAlso, inOneBlock, type FoundElsewhere } from './own'

/** What is not looked at one by one, all shares in one unit for each head. */
export type Rest = FoundElsewhere | RestOfUnknownUnit

interface RestOfUnknownUnit extends Omit<FoundElsewhere, 'totals'> {
  /** f32 [1, heads]: the sum of the shares of the last places of the window. */
  readonly commonShare: Tensor
  /** How many these are, the token's own among them. */
  readonly commonPlaces: number
}

/** Where a head gives nothing that f32 can tell to the common places, the estimate is taken as it is. */
const leastShare = 1e-30

/**
 * @param queries [d, heads, 1], turned by position
 * @param window keys [d, n, KV heads], values [n, d, KV heads]
 * @param mask f16 or f32 [n, 1]: 0 where the token may look, -infinity elsewhere
 * @returns [d * heads, 1]
 */
export function attendWithRest(graph: GraphBuilder, queries: Tensor, window: KvLayer, mask: Tensor, rest: Rest, { way }: Pick<AttentionOptions, 'way'>): Tensor {
  const [d, heads] = queries.shape
  if ('totals' in rest) return graph.reshape(attendAlso(graph, queries, inOneBlock(graph, window), mask, rest), d * heads, 1)
  // As for `fused`: devices multiply what lies together.
  const { keys, values } = way === 'fused' ? { keys: graph.dense(window.keys), values: graph.dense(window.values) } : window
  const [, n, kvHeads] = keys.shape
  const group = heads / kvHeads
  const scores = graph.matmulExact(keys, graph.reshape(queries, d, group, kvHeads)) // [n, group, KV heads]
  const weights = graph.softmax(graph.reshape(scores, n, 1, heads), mask, 1 / Math.sqrt(d))
  const found = graph.reshape(graph.matmul(values, graph.reshape(weights, n, group, kvHeads)), d, heads)
  const common = graph.sumRows(lastPlaces(graph, weights, rest.commonPlaces)) // [1, heads]
  const [exact, estimated] = [graph.scale(common, 1, leastShare), graph.scale(rest.commonShare, 1, leastShare)]
  const all = graph.add(graph.multiply(exact, rest.share), estimated)
  const near = graph.multiply(found, graph.divide(estimated, all))
  const far = graph.multiply(rest.found, graph.divide(exact, all))
  return graph.reshape(graph.add(near, far), d * heads, 1)
}

/** Of x [n, 1, heads]: [count, heads]. */
function lastPlaces(graph: GraphBuilder, x: Tensor, count: number): Tensor {
  const [step, , column] = x.strides
  const [n, , heads] = x.shape
  return graph.view(x, [count, heads, 1, 1], [column, column * heads, column * heads], (n - count) * step)
}
