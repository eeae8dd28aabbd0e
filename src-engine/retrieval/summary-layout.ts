/** What the summaries of a layer are as tensors, and how much memory these take. */
import { dataType, rowBytes } from '../ggml/tensor'
import type { TensorPlan } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import type { SummaryForm } from './block-parts'
import { keyClusters } from './key-clusters'

/** Types of the means, which come in blocks of 32 numbers where they are not plain. */
export interface SummaryTypes {
  readonly keys: number
  readonly values: number
}

/** A block of ggml's types in 8 and 4 bits. */
const typeBlock = 32

export const tensorsOfLayer = 4

/** Keys decide what is looked at, and are worth 8 bits; values of what is passed over 4. */
export function summaryTypes({ headSize }: KvShape): SummaryTypes {
  return { keys: headSize % typeBlock === 0 ? dataType.q8_0 : dataType.f16, values: dataType.q4_0 }
}

/** Memory that summaries of so many blocks take. */
export function summaryBytes(shape: KvShape, blocks: number): number {
  const [rows, { keys, values }] = [rowsOf(blocks, keyClusters), summaryTypes(shape)]
  const plans = [...layerPlans(shape, rows, keys), ...Array.from({ length: shape.heads }, () => valuesPlan(shape.headSize, rows, values))]
  return shape.layers * plans.reduce((sum, { type, shape: [row, ...rest] }) => sum + rowBytes(type, row) * rest.reduce((all, size) => all * size, 1), 0)
}

/** So many blocks of tokens, and what fills them up so that their rows are whole blocks of a type. */
export function blocksTogether(blocks: number, { rows }: SummaryForm): number {
  let room = blocks
  while ((room * rows) % typeBlock !== 0) room++
  return room
}

/** In whole blocks of a type. */
export const rowsOf = (blocks: number, form: SummaryForm): number => blocksTogether(blocks, form) * form.rows

/** Of a layer, but for its values: keys, weights, directions and centres (`LayerSummaries`). */
export function layerPlans({ headSize: d, heads }: KvShape, rows: number, type: number): readonly TensorPlan[] {
  return [
    { type, shape: [d, rows, heads, 1] },
    { type: dataType.f32, shape: [rows, 3, heads, 1] },
    { type: dataType.f32, shape: [d, d, heads, 1] },
    { type: dataType.f32, shape: [d, 1, heads, 1] },
  ]
}

/** Of one KV head. */
export const valuesPlan = (headSize: number, rows: number, type: number): TensorPlan => ({ type, shape: [rows, headSize, 1, 1] })
