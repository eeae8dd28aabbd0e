/** What sums up a layer as bytes that can be kept: keys, weights, directions and centres as their tensors have them, and the values of each KV head. */
import type { Backend } from '../ggml/backend'
import { elementCount, rowBytes, type Tensor } from '../ggml/tensor'
import type { TensorPlan } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import type { SummaryKind } from '../prefill/kept'
import type { SummaryForm } from './block-parts'
import { layerPlans, valuesPlan, type SummaryTypes } from './summary-layout'

/** Raised with each change after which the same keys and values are summed up otherwise. */
const summariesFormat = 1

/** Of the tensors of a layer, those that lie as they are kept. */
export interface PackedTensors {
  /** [d, rows, KV heads]: means, from the centre. */
  readonly keys: Tensor
  /** f32 [rows, 3, KV heads]: the logarithm of how many tokens a row stands for, its spread (`KeySpread`), both times the root of d, and 1. */
  readonly weights: Tensor
  /** f32 [d, d, KV heads]: see `KeySpread`. */
  readonly directions: Tensor
  /** f32 [d, 1, KV heads]: the bias of a layer may make some numbers of all its keys so large that few bits are left for what differs. */
  readonly centre: Tensor
}

/** Tensors of a layer in the order of `layerPlans`. */
export function inOrder([keys, weights, directions, centre]: readonly Tensor[]): PackedTensors {
  if (keys === undefined || weights === undefined || directions === undefined || centre === undefined) throw new RangeError('There are no summaries of this layer.')
  return { keys, weights, directions, centre }
}

export class SummaryPacking {
  readonly #backend: Backend
  readonly #layers: number
  readonly #form: string
  /** Bytes of each tensor, then of the values of each KV head. */
  readonly #lengths: readonly number[]

  constructor(backend: Backend, shape: KvShape, rows: number, form: SummaryForm, types: SummaryTypes) {
    this.#backend = backend
    this.#layers = shape.layers
    this.#form = `${summariesFormat}: ${form.rows} of 64, in ${form.unitTokens}, keys ${types.keys}, values ${types.values}`
    const values = Array.from({ length: shape.heads }, () => valuesPlan(shape.headSize, rows, types.values))
    this.#lengths = [...layerPlans(shape, rows, types.keys), ...values].map(bytesOfPlan)
  }

  /** How so many tokens are summed up. */
  kind(tokens: number): SummaryKind {
    return { tokens, form: this.#form, layers: this.#layers, layerBytes: this.#lengths.reduce((sum, length) => sum + length, 0) }
  }

  /** @param values of each KV head */
  pack(tensors: PackedTensors, values: readonly Uint8Array[]): Uint8Array {
    const parts = inARow(tensors).map((tensor, i) => {
      const bytes = new Uint8Array(this.#lengths[i] ?? 0)
      this.#backend.read(tensor, bytes)
      return bytes
    })
    return Buffer.concat([...parts, ...values])
  }

  /** Fills the tensors, and gives the values of each KV head, which lie in `packed`. */
  unpack(tensors: PackedTensors, packed: Uint8Array): readonly Uint8Array[] {
    let end = 0
    const parts = this.#lengths.map((length) => packed.subarray(end, (end += length)))
    const own = inARow(tensors)
    own.forEach((tensor, i) => this.#backend.write(tensor, parts[i] ?? new Uint8Array(0)))
    return parts.slice(own.length)
  }
}

const inARow = ({ keys, weights, directions, centre }: PackedTensors): readonly Tensor[] => [keys, weights, directions, centre]

const bytesOfPlan = ({ type, shape }: TensorPlan): number => rowBytes(type, elementCount(shape))
