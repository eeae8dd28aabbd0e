/** What the summaries of a layer are as tensors, and how much memory these take. */
import { dataType, rowBytes } from '../ggml/tensor'
import type { TensorPlan } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import type { SummaryForm } from './block-summary'
import { keyClusters } from './key-clusters'

/** Types of the means, which come in blocks of 32 numbers where they are not plain. */
export interface SummaryTypes {
  readonly keys: number
  readonly values: number
}

/** A block of ggml's types in 8 and 4 bits. */
const typeBlock = 32

export const tensorsOfLayer = 5

/** Keys decide what is looked at, and are worth 8 bits; values of what is passed over 4. */
export function summaryTypes({ headSize }: KvShape): SummaryTypes {
  return { keys: headSize % typeBlock === 0 ? dataType.q8_0 : dataType.f16, values: dataType.q4_0 }
}

/** Memory that summaries of so many blocks take. */
export function summaryBytes(shape: KvShape, blocks: number): number {
  const plans = layerPlans(shape, rowsOf(blocks, keyClusters), summaryTypes(shape))
  return shape.layers * plans.reduce((sum, { type, shape: [row, ...rest] }) => sum + rowBytes(type, row) * rest.reduce((all, size) => all * size, 1), 0)
}

/** In whole blocks of a type. */
export const rowsOf = (blocks: number, form: SummaryForm): number => Math.ceil((blocks * form.rows) / typeBlock) * typeBlock

export function layerPlans({ headSize: d, heads }: KvShape, rows: number, types: SummaryTypes): readonly TensorPlan[] {
  return [
    { type: types.keys, shape: [d, rows, heads, 1] },
    { type: types.values, shape: [rows, d, heads, 1] },
    { type: dataType.f32, shape: [rows, 3, heads, 1] },
    { type: dataType.f32, shape: [d, d, heads, 1] },
    { type: dataType.f32, shape: [d, 1, heads, 1] },
  ]
}
