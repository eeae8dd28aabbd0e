/** What is passed over counts by its summaries: the products that queries have with these, but for the blocks that are looked at themselves. */
import type { Rest } from '../attention/with-rest'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import type { RestOfText } from './scorer'
import type { Summaries } from './summaries'

export class SummaryRest implements RestOfText {
  readonly rows: number
  readonly #backend: Backend
  readonly #summaries: Summaries
  readonly #blockRows: number
  readonly #store: TensorStore
  /** f32 [rows, query heads of a KV head, KV heads]: from the half of a layer that chooses to the half that attends. */
  readonly #products: Tensor
  /** f32 [rows, 1, KV heads]: 0, or -infinity for what is looked at. */
  readonly #passedOver: Tensor
  /** What is written there, in the same memory for each layer. */
  readonly #mask: Float32Array

  /** @param heads query heads. @param blockRows of each block that is chosen. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, summaries: Summaries, heads: number, blockRows: number) {
    const { shape } = summaries
    this.rows = summaries.rows
    this.#backend = backend
    this.#summaries = summaries
    this.#blockRows = blockRows
    const plans = [heads / shape.heads, 1].map((columns) => ({ type: dataType.f32, shape: [this.rows, columns, shape.heads, 1] } as const))
    this.#store = backend.store(plans, backend.home)
    const [products, passedOver] = this.#store.tensors
    if (products === undefined || passedOver === undefined) throw new Error('A store lost a tensor.')
    this.#products = products
    this.#passedOver = passedOver
    this.#mask = new Float32Array(this.rows * shape.heads)
    backend.clear(this.#store)
  }

  /** Adds to the graph: the products are kept. */
  keep(graph: GraphBuilder, products: Tensor): void {
    graph.run(graph.copy(products, this.#products))
  }

  except(chosen: readonly (readonly number[])[]): void {
    const rows = this.#blockRows
    this.#mask.fill(0)
    chosen.forEach((blocks, head) => {
      for (const block of blocks) this.#mask.fill(-Infinity, head * this.rows + block * rows, head * this.rows + (block + 1) * rows)
    })
    this.#backend.write(this.#passedOver, this.#mask)
  }

  of(graph: GraphBuilder, layer: number): Rest {
    return { products: graph.add(this.#products, this.#passedOver), values: this.#summaries.layer(layer).values }
  }

  free(): void {
    this.#store.free()
  }
}
