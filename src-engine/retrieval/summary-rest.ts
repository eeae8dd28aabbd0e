/** What is passed over counts by its summaries: their values, as much of each as its share, but for the blocks that are looked at themselves. */
import type { Rest } from '../attention/with-rest'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import { scoresItself } from './own-shares'
import type { RestOfText } from './scorer'
import type { Shares } from './shares'
import type { Summaries } from './summaries'

export class SummaryRest implements RestOfText {
  readonly #backend: Backend
  readonly #summaries: Summaries
  readonly #shares: Shares
  readonly #heads: number
  readonly #blockRows: number
  readonly #store: TensorStore
  /** f32 [rows, 1, KV heads]: 1, or 0 for what is looked at. */
  readonly #passedOver: Tensor
  /** f32 [1, heads] */
  readonly #share: Tensor
  /** What is written there, in the same memory for each layer. */
  readonly #numbers: Float32Array

  /** @param heads query heads. @param blockRows of each block that is chosen. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, summaries: Summaries, shares: Shares, heads: number, blockRows: number) {
    const { shape, rows } = summaries
    this.#backend = backend
    this.#summaries = summaries
    this.#shares = shares
    this.#heads = heads
    this.#blockRows = blockRows
    this.#store = backend.store([{ type: dataType.f32, shape: [rows, 1, shape.heads, 1] }, { type: dataType.f32, shape: [1, heads, 1, 1] }], backend.home)
    const [passedOver, share] = this.#store.tensors
    if (passedOver === undefined || share === undefined) throw new Error('A store lost a tensor.')
    this.#passedOver = passedOver
    this.#share = share
    this.#numbers = new Float32Array(rows * shape.heads)
    backend.clear(this.#store)
  }

  except(chosen: readonly (readonly number[])[], passed: Float32Array): void {
    const { rows } = this.#summaries
    const own = this.#blockRows
    this.#numbers.fill(1)
    chosen.forEach((blocks, head) => {
      for (const block of blocks) this.#numbers.fill(0, head * rows + block * own, head * rows + (block + 1) * own)
    })
    this.#backend.write(this.#passedOver, this.#numbers)
    this.#backend.write(this.#share, passed)
  }

  of(graph: GraphBuilder, layer: number): Rest {
    const { headSize: d, heads: kvHeads } = this.#summaries.shape
    const shares = graph.multiply(this.#shares.ofRows(graph), this.#passedOver)
    const found = graph.input(dataType.f32, d, this.#heads / kvHeads, kvHeads)
    this.#summaries.layer(layer).values.forEach((values, head) => {
      const own = { first: head, count: 1 }
      graph.run(graph.copy(graph.matmul(values, graph.slice(shares, 2, own)), graph.slice(found, 2, own)))
    })
    const rest = { found: graph.reshape(found, d, this.#heads), share: this.#share }
    if (scoresItself(graph, this.#summaries.layer(layer).keys)) return { ...rest, totals: this.#shares.totals }
    return {
      ...rest,
      commonShare: graph.reshape(graph.sumRows(this.#shares.ofWindow(graph)), 1, this.#heads),
      commonPlaces: this.#shares.window,
    }
  }

  free(): void {
    this.#store.free()
  }
}
