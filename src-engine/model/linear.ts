import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'

/** Matrices over the same input, stacked where their types allow: one multiplication serves them. */
export interface Linear {
  readonly parts: readonly LinearPart[]
  /** `exact`: in f32 on every device, for results that may leave the range of f16 on the way. Processors add in f32 anyway. */
  readonly sums?: 'exact' | 'fast'
}

export interface LinearPart {
  /** [columns, all rows], and under them the rows that add up blocks where there are offsets. */
  readonly weight: Tensor
  /** Rows of each matrix, in order. */
  readonly rows: readonly number[]
  /** It lies in the order of kernels of its own. */
  readonly ordered: boolean
  readonly offsets?: Offsets
}

/** What Q4_1 has over Q4_0 (see offset-blocks.ts): [all rows, sums] in f32, of which `blocks` are not 0. */
export interface Offsets {
  readonly matrix: Tensor
  readonly blocks: number
}

/** Tokens that a step takes at most. */
export const stepTokensMax = 16

/** The products [rows, tokens] of x [columns, tokens] with each matrix, in order; some are views of what was computed together. */
export function applyLinear(graph: GraphBuilder, { parts, sums }: Linear, x: Tensor): readonly Tensor[] {
  return parts.flatMap((part) => {
    const product = applyPart(graph, part, x, sums)
    let before = 0
    return part.rows.length === 1 ? [product] : part.rows.map((count) => {
      before += count
      return rowsOf(graph, product, before - count, count)
    })
  })
}

/** The product with all matrices as one [rows, tokens]; undefined if they are not stacked. */
export function applyStacked(graph: GraphBuilder, { parts: [only, ...more], sums }: Linear, x: Tensor): Tensor | undefined {
  return only !== undefined && more.length === 0 ? applyPart(graph, only, x, sums) : undefined
}

/** The product with a single matrix. */
export function applyOne(graph: GraphBuilder, linear: Linear, x: Tensor): Tensor {
  const [product] = applyLinear(graph, linear, x)
  if (product === undefined) throw new Error('A matrix gave no product.')
  return product
}

function applyPart(graph: GraphBuilder, part: LinearPart, x: Tensor, sums: Linear['sums']): Tensor {
  const { rows, offsets } = part
  const product = multiply(graph, part, x, sums)
  if (offsets === undefined) return product
  const count = rows.reduce((sum, each) => sum + each, 0)
  // A chunk of tokens goes through all sums, a number that kernels like; a step through those that count, which is less to read.
  const blocks = x.shape[1] <= stepTokensMax ? offsets.blocks : offsets.matrix.shape[1]
  const matrix = graph.view(offsets.matrix, [count, blocks, 1, 1], [offsets.matrix.strides[1], offsets.matrix.strides[2], offsets.matrix.strides[3]], 0)
  const blockSums = graph.permute(rowsOf(graph, product, count, blocks), 1, 0, 2, 3) // [tokens, sums]
  return graph.add(graph.outerProduct(matrix, blockSums), rowsOf(graph, product, 0, count))
}

/**
 * For several columns of plain numbers ggml takes a kernel that adds in another order than the one for a single column. A step has the bits of
 * single ones: each column is a matrix of its own there, and the weights are still read once. Kernels for an order of their own add in one order however
 * many columns there are; and AMX's for F16 does not take one matrix with many others, but reads behind it.
 */
function multiply(graph: GraphBuilder, { weight, ordered }: LinearPart, x: Tensor, sums: Linear['sums']): Tensor {
  const [columns, tokens] = x.shape
  const product = (b: Tensor): Tensor => (sums === 'exact' ? graph.matmulExact(weight, b) : graph.matmul(weight, b))
  if (tokens === 1 || tokens > stepTokensMax || ordered || !isPlain(weight.type)) return product(x)
  return graph.reshape(product(graph.reshape(x, columns, 1, 1, tokens)), weight.shape[1], tokens)
}

const isPlain = (type: number): boolean => type === dataType.f32 || type === dataType.f16 || type === dataType.bf16

function rowsOf(graph: GraphBuilder, x: Tensor, first: number, count: number): Tensor {
  const [size, stride1, stride2, stride3] = x.strides
  return graph.view(x, [count, x.shape[1], 1, 1], [stride1, stride2, stride3], first * size)
}
