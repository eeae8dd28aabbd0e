/**
 * What each head of a token gives to the rows of the summaries and to the places behind the text, of all that it sees. It stays in memory from the half of a
 * layer that chooses to the half that attends.
 *
 *   f32 [rows + window, heads]
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'

interface SharesSize {
  /** Of the summaries. */
  readonly rows: number
  /** Places behind the text, at most. */
  readonly windowMax: number
  readonly heads: number
  readonly kvHeads: number
}

export class Shares {
  /** Places behind the text that are seen now, with what fills them up. */
  window = 0
  readonly #size: SharesSize
  readonly #store: TensorStore
  readonly #numbers: Tensor
  /** f32 [2, heads]: of what a head gives to all that it sees, the highest score, and the sum of exponentials of scores less that; filled by own kernels. */
  readonly totals: Tensor

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, size: SharesSize) {
    this.#size = size
    const shapes = [[(size.rows + size.windowMax) * size.heads, 1, 1, 1], [2, size.heads, 1, 1]] as const
    this.#store = backend.store(shapes.map((shape) => ({ type: dataType.f32, shape })), backend.home)
    const [numbers, totals] = this.#store.tensors
    if (numbers === undefined || totals === undefined) throw new Error('A store lost a tensor.')
    this.#numbers = numbers
    this.totals = totals
    backend.clear(this.#store)
  }

  /** [rows + window, 1, heads] */
  all(graph: GraphBuilder): Tensor {
    return this.#view(graph, [this.#column, 1, this.#size.heads], 0)
  }

  /** [rows, query heads of a KV head, KV heads] */
  ofRows(graph: GraphBuilder): Tensor {
    return this.#view(graph, [this.#size.rows, this.#group, this.#size.kvHeads], 0)
  }

  /** [window, query heads of a KV head, KV heads] */
  ofWindow(graph: GraphBuilder): Tensor {
    return this.#view(graph, [this.window, this.#group, this.#size.kvHeads], this.#size.rows)
  }

  /** [rows of a block, blocks, heads] */
  ofBlocks(graph: GraphBuilder, blocks: number, rows: number): Tensor {
    const step = this.#numbers.strides[0]
    const column = this.#column * step
    return graph.view(this.#numbers, [rows, blocks, this.#size.heads, 1], [rows * step, column, column * this.#size.heads], 0)
  }

  free(): void {
    this.#store.free()
  }

  get #column(): number {
    return this.#size.rows + this.window
  }

  get #group(): number {
    return this.#size.heads / this.#size.kvHeads
  }

  /** Of each head's numbers some that follow one another. */
  #view(graph: GraphBuilder, [count, group, heads]: readonly [number, number, number], first: number): Tensor {
    const step = this.#numbers.strides[0]
    const column = this.#column * step
    return graph.view(this.#numbers, [count, group, heads, 1], [column, column * group, column * group * heads], first * step)
  }
}
