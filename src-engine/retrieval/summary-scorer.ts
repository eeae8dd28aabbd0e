/**
 * Estimates masses from summaries. A row stands for n keys round their mean m, whose products with a query q vary by v, so that exp summed over them comes to
 * n exp(q m) (1 + v / 2 + ...): the terms that follow are left out, as they say too much where keys are few or v is large. What lies behind the text is in
 * memory and weighs what it weighs.
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import { blockTokens } from '../reading/layout'
import type { ChoiceTokens } from './budget'
import { ownMasses, scoresItself } from './own-shares'
import type { BlockScorer } from './scorer'
import { Shares } from './shares'
import { SummaryRest } from './summary-rest'
import type { Summaries } from './summaries'

export class SummaryScorer implements BlockScorer {
  readonly choiceTokens: ChoiceTokens
  readonly rest: SummaryRest
  readonly #backend: Backend
  readonly #summaries: Summaries
  readonly #heads: number
  /** Rows of each block. */
  readonly #blockRows: number
  readonly #blocks: number
  readonly #shares: Shares
  readonly #store: TensorStore
  readonly #mask: Tensor
  /**
   * f32 [query heads of a KV head, 3, KV heads]: what columns of the rows' weights are multiplied with: 1, what the query says of their spread, and its
   * product with their centre.
   */
  readonly #factors: Tensor
  readonly #numbers: Float32Array
  #masses: Tensor | undefined

  /** @param heads query heads. @param behindMax places behind the text. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, summaries: Summaries, heads: number, behindMax: number, choiceTokens: ChoiceTokens = blockTokens) {
    this.#backend = backend
    this.#summaries = summaries
    this.#heads = heads
    if (choiceTokens % summaries.form.unitTokens !== 0) throw new RangeError(`Blocks of ${choiceTokens} tokens are no whole units of ${summaries.form.unitTokens}.`)
    this.choiceTokens = choiceTokens
    this.#blockRows = (summaries.form.rows * choiceTokens) / blockTokens
    this.#blocks = (summaries.blocks * blockTokens) / choiceTokens
    this.#numbers = new Float32Array(heads * this.#blocks)
    const [group, kvHeads] = [heads / summaries.shape.heads, summaries.shape.heads]
    const shapes = [[summaries.rows + behindMax, 1, 1, 1], [group, 3, kvHeads, 1]] as const
    this.#store = backend.store(shapes.map((shape) => ({ type: dataType.f32, shape })), backend.home)
    const [mask, factors] = this.#store.tensors
    if (mask === undefined || factors === undefined) throw new Error('A store lost a tensor.')
    this.#mask = mask
    this.#factors = factors
    backend.clear(this.#store)
    backend.write(factors, new Float32Array(3 * heads).fill(1))
    try {
      this.#shares = new Shares(backend, { rows: summaries.rows, windowMax: behindMax, heads, kvHeads })
    } catch (error) {
      this.#store.free()
      throw error
    }
    try {
      this.rest = new SummaryRest(backend, summaries, this.#shares, heads, this.#blockRows)
    } catch (error) {
      this.#shares.free()
      this.#store.free()
      throw error
    }
  }

  begin(window: number, seen: number): void {
    this.#shares.window = window
    this.#backend.write(this.#mask, new Float32Array(window).fill(-Infinity, seen), this.#summaries.rows * elementBytes(dataType.f32))
  }

  add(graph: GraphBuilder, layer: number, queries: Tensor, tail: Tensor): void {
    const [d, , kvHeads] = tail.shape
    const { keys, weights, directions, centre } = this.#summaries.layer(layer)
    const grouped = graph.reshape(queries, d, this.#heads / kvHeads, kvHeads)
    this.#writeFactors(graph, grouped, directions, centre)
    if (scoresItself(graph, keys)) {
      const mask = this.#maskOf(graph, this.#summaries.rows, this.#shares.window)
      this.#masses = ownMasses(graph, { queries, keys, weights, factors: this.#factors, tail, mask }, this.#shares, [this.#blocks, this.#blockRows])
    } else {
      const products = graph.add(graph.matmulExact(keys, grouped), graph.outerProduct(weights, this.#factors))
      graph.run(graph.copy(products, this.#shares.ofRows(graph)))
      graph.run(graph.copy(graph.matmulExact(tail, grouped), this.#shares.ofWindow(graph)))
      const all = this.#shares.all(graph)
      graph.run(graph.softmax(all, this.#maskOf(graph, 0, all.shape[0]), 1 / Math.sqrt(d)))
      this.#masses = graph.sumRows(this.#shares.ofBlocks(graph, this.#blocks, this.#blockRows))
    }
    graph.output(this.#masses)
  }

  masses(): Float32Array {
    if (this.#masses === undefined) throw new Error('No queries were scored.')
    this.#backend.read(this.#masses, this.#numbers)
    return this.#numbers
  }

  free(): void {
    this.rest.free()
    this.#shares.free()
    this.#store.free()
  }

  /** What queries [d, group, KV heads] say of the spread of rows, and their products with the centres of keys. */
  #writeFactors(graph: GraphBuilder, queries: Tensor, directions: Tensor, centre: Tensor): void {
    const [d, group, kvHeads] = queries.shape
    const [, column, head] = this.#factors.strides
    const place = (index: number): Tensor => graph.view(this.#factors, [group, 1, kvHeads, 1], [column, head, head * kvHeads], index * column)
    const along = graph.sumRows(graph.multiply(graph.matmulExact(directions, queries), queries)) // [1, group, KV heads]
    graph.run(graph.copy(graph.log(graph.scale(along, 1 / (2 * d), 1)), place(1)))
    graph.run(graph.copy(graph.matmulExact(centre, queries), place(2)))
  }

  /** f32 [count] of the mask of rows and window. */
  #maskOf(graph: GraphBuilder, first: number, count: number): Tensor {
    const step = this.#mask.strides[0]
    return graph.view(this.#mask, [count, 1, 1, 1], [count * step, count * step, count * step], first * step)
  }
}
