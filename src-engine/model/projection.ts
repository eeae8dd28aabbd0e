import type { GraphBuilder } from '../ggml/graph'
import { elementBytes, type Tensor } from '../ggml/tensor'
import { applyLinear, applyStacked, type Linear } from './linear'

/** What becomes several vectors of one input: a matrix for each, or one for all as some files keep them; a bias may be added. */
export interface Projection {
  readonly linear: Linear
  /** [all rows] */
  readonly bias: Tensor | undefined
  /** Numbers of each vector. */
  readonly rows: readonly number[]
}

/** The vectors [rows, tokens] of x [width, tokens], in order; they may be views of one tensor. */
export function applyProjection(graph: GraphBuilder, { linear, bias, rows }: Projection, x: Tensor): readonly Tensor[] {
  const stacked = applyStacked(graph, linear, x)
  if (stacked !== undefined) return cutRows(graph, bias === undefined ? stacked : graph.add(stacked, bias), rows)
  const biases = bias === undefined ? [] : cutRows(graph, bias, rows)
  return applyLinear(graph, linear, x).map((product, i) => {
    const own = biases[i]
    return own === undefined ? product : graph.add(product, own)
  })
}

/** Neighbouring rows of x [all rows, columns], so many at a time. */
function cutRows(graph: GraphBuilder, x: Tensor, rows: readonly number[]): readonly Tensor[] {
  const [, stride1, stride2, stride3] = x.strides
  let before = 0
  return rows.map((count) => {
    before += count
    return graph.view(x, [count, x.shape[1], 1, 1], [stride1, stride2, stride3], (before - count) * elementBytes(x.type))
  })
}
