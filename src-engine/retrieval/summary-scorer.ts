/**
 * Estimates masses from summaries: a row of a summary stands for so many keys, so it weighs exp(q row) times their number. What lies behind the text
 * is in memory and weighs what it weighs.
 */
import type { Backend, TensorStore } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { BlockScorer } from './scorer'
import type { Summaries } from './summaries'

export class SummaryScorer implements BlockScorer {
  readonly #backend: Backend
  readonly #summaries: Summaries
  readonly #heads: number
  /** Rows of the text. */
  readonly #rows: number
  readonly #store: TensorStore
  readonly #mask: Tensor
  #window = 0
  #weights: Tensor | undefined
  #numbers = new Float32Array(0)

  /** @param heads query heads. @param behindMax places behind the text. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, summaries: Summaries, heads: number, behindMax: number) {
    this.#backend = backend
    this.#summaries = summaries
    this.#heads = heads
    this.#rows = summaries.blocks * summaries.form.rows
    this.#store = backend.store([{ type: dataType.f32, shape: [this.#rows + behindMax, 1, 1, 1] }], backend.home)
    const [mask] = this.#store.tensors
    if (mask === undefined) throw new Error('A store lost a tensor.')
    this.#mask = mask
    backend.clear(this.#store)
  }

  begin(window: number, seen: number): void {
    this.#window = window
    this.#backend.write(this.#mask, new Float32Array(window).fill(-Infinity, seen), this.#rows * elementBytes(dataType.f32))
  }

  add(graph: GraphBuilder, layer: number, queries: Tensor, tail: Tensor): void {
    const { rows, weights: counts } = this.#summaries.layer(layer)
    const [d, , kvHeads] = rows.shape
    const grouped = graph.reshape(queries, d, this.#heads / kvHeads, kvHeads)
    const all = graph.input(dataType.f32, this.#rows + this.#window, this.#heads)
    this.#put(graph, graph.add(graph.matmulExact(rows, grouped), counts), all, 0)
    this.#put(graph, graph.matmulExact(tail, grouped), all, this.#rows)
    const mask = graph.view(this.#mask, [all.shape[0], 1, 1, 1], [all.strides[1], all.strides[1], all.strides[1]], 0)
    const weights = graph.softmax(graph.reshape(all, all.shape[0], 1, this.#heads), mask, 1 / Math.sqrt(d))
    graph.output(weights)
    this.#weights = weights
  }

  masses(): Float32Array {
    if (this.#weights === undefined) throw new Error('No queries were scored.')
    const length = this.#rows + this.#window
    if (this.#numbers.length !== length * this.#heads) this.#numbers = new Float32Array(length * this.#heads)
    this.#backend.read(this.#weights, this.#numbers)
    const { blocks, form } = this.#summaries
    const masses = new Float32Array(this.#heads * blocks)
    for (let head = 0; head < this.#heads; head++) {
      for (let block = 0; block < blocks; block++) {
        const first = head * length + block * form.rows
        let sum = 0
        for (let row = first; row < first + form.rows; row++) sum += this.#numbers[row] ?? 0
        masses[head * blocks + block] = sum
      }
    }
    return masses
  }

  free(): void {
    this.#store.free()
  }

  /** Scores [n, group, KV heads] to rows `first` and those that follow of all. */
  #put(graph: GraphBuilder, scores: Tensor, all: Tensor, first: number): void {
    const { strides } = all
    const place = graph.view(all, [scores.shape[0], this.#heads, 1, 1], [strides[1], strides[2], strides[3]], first * strides[0])
    graph.run(graph.copy(scores, place))
  }
}
