/** What the graphs of a token start from: its number and places, the mask of what it sees, and what one graph leaves for the next. */
import { fastestOn, stepMask, stepMaskType } from '../attention/exact'
import { fillValuePlaces } from '../attention/resident'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import type { ModelShape } from '../model/shape'
import type { Scratch } from './scratch'

export interface TokenPlace {
  readonly token: number
  /** Counted from the text's beginning. */
  readonly position: number
  /** Counted from the text's end. */
  readonly behind: number
}

/** Where in the list of numbers each lies; the places of the token's values, one for each number of them, come last. */
const at = { token: 0, position: 1, keys: 2, values: 3 } as const

export class TokenInputs {
  readonly #backend: Backend
  readonly #scratch: Scratch
  /** Numbers that the values of a token have, of all KV heads. */
  readonly #values: number
  readonly #store: TensorStore
  readonly #numbers: Tensor
  readonly #mask: Tensor
  /** What goes into the layer whose attention comes next, [width]. */
  readonly hidden: Tensor
  /** Of that layer, [d, heads]. */
  readonly queries: Tensor

  /** @throws RangeError if there is not enough memory */
  constructor(backend: Backend, { kvHeads, headSize, heads, width }: ModelShape, scratch: Scratch) {
    this.#backend = backend
    this.#scratch = scratch
    this.#values = kvHeads * headSize
    this.#store = backend.store([
      { type: dataType.i32, shape: [at.values + this.#values, 1, 1, 1] },
      { type: stepMaskType(fastestOn(backend.placement)), shape: [scratch.capacity, 1, 1, 1] },
      { type: dataType.f32, shape: [width, 1, 1, 1] },
      { type: dataType.f32, shape: [headSize, heads, 1, 1] },
    ], backend.home)
    const [numbers, mask, hidden, queries] = this.#store.tensors
    if (numbers === undefined || mask === undefined || hidden === undefined || queries === undefined) throw new Error('A store lost a tensor.')
    this.#numbers = numbers
    this.#mask = mask
    this.hidden = hidden
    this.queries = queries
    backend.clear(this.#store)
  }

  /** For a token that sees a window of so many places behind the text up to its own. */
  fill({ token, position, behind }: TokenPlace, tail: number): void {
    const place = this.#scratch.tailStart + behind
    const numbers = new Int32Array(at.values + this.#values)
    numbers.set([token, position, place])
    fillValuePlaces(numbers.subarray(at.values), this.#scratch.capacity, place, 1)
    this.#backend.write(this.#numbers, numbers)
    const { numbers: unseen, minusInfinity } = stepMask(this.#mask.type, tail)
    this.#backend.write(this.#mask, unseen.fill(minusInfinity, behind + 1), this.#scratch.tailStart * elementBytes(this.#mask.type))
  }

  token(graph: GraphBuilder): Tensor {
    return this.#list(graph, at.token, 1)
  }

  position(graph: GraphBuilder): Tensor {
    return this.#list(graph, at.position, 1)
  }

  /** Where its keys and values go. */
  places(graph: GraphBuilder): { readonly keys: Tensor; readonly values: Tensor } {
    return { keys: this.#list(graph, at.keys, 1), values: this.#list(graph, at.values, this.#values) }
  }

  /** Of a window of `active` blocks and `tail` places. */
  mask(graph: GraphBuilder, active: number, tail: number): Tensor {
    const bytes = elementBytes(this.#mask.type)
    const length = active * this.#scratch.size.slotTokens + tail
    const first = this.#scratch.tailStart + tail - length
    return graph.view(this.#mask, [length, 1, 1, 1], [length * bytes, length * bytes, length * bytes], first * bytes)
  }

  free(): void {
    this.#store.free()
  }

  #list(graph: GraphBuilder, first: number, count: number): Tensor {
    const bytes = elementBytes(dataType.i32)
    return graph.view(this.#numbers, [count, 1, 1, 1], [count * bytes, count * bytes, count * bytes], first * bytes)
  }
}
