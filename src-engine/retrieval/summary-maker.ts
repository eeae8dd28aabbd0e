/** Sums up a text, a layer at a time: of all its layers only one is in memory. */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { PartsStore } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import { blockTokens, extentBytes, extentTokens } from '../prefill/extent'
import type { KeptKv } from '../prefill/kept'
import { stretches } from '../prefill/stretches'
import type { SummaryForm } from './block-parts'
import { ExtentSummary, type SummaryRows } from './extent-summary'
import { KeySpread } from './key-spread'
import { layerPlans, rowsOf, type SummaryTypes } from './summary-layout'
import { inOrder, type PackedTensors, type SummaryPacking } from './summary-packing'
import { HeadValues } from './summary-values'

interface SummaryPlan {
  readonly shape: KvShape
  /** Blocks of the text, all of them whole. */
  readonly blocks: number
  readonly form: SummaryForm
  readonly types: SummaryTypes
}

export class SummaryMaker {
  readonly #backend: Backend
  readonly #packing: SummaryPacking
  readonly #plan: SummaryPlan
  readonly #rows: number
  readonly #store: PartsStore
  readonly #layer: PackedTensors
  readonly #extent: ExtentSummary

  /** @throws RangeError if there is not enough memory */
  constructor(backend: Backend, packing: SummaryPacking, plan: SummaryPlan) {
    const { shape, blocks, form, types } = plan
    this.#backend = backend
    this.#packing = packing
    this.#plan = plan
    this.#rows = rowsOf(blocks, form)
    this.#store = backend.storeParts([{ part: 0, plans: layerPlans(shape, this.#rows, types.keys) }])
    try {
      backend.clear(this.#store)
      this.#layer = inOrder(this.#store.tensors)
      this.#extent = new ExtentSummary(backend, form, shape, types.values, Math.min(blocks, extentTokens / blockTokens))
    } catch (error) {
      this.#store.free()
      throw error
    }
  }

  /**
   * What sums up a layer, as `SummaryPacking` packs it.
   * @param between is waited for before each extent
   * @throws what `kept` and `between` throw
   */
  async layer(kept: KeptKv, layer: number, between: () => void | Promise<void>): Promise<Uint8Array> {
    const { shape, blocks, types } = this.#plan
    const { headSize: d } = shape
    const heads = Array.from({ length: shape.heads }, (): HeadSummary =>
      ({ centre: new Float32Array(d), spread: new KeySpread(this.#rows, d), values: new HeadValues(d, this.#rows, types.values) }))
    for (const { start, count } of stretches(0, blocks * blockTokens, extentTokens)) {
      await between()
      await kept.readLayer(layer, start, start + count, this.#extent.bytes.subarray(0, extentBytes(shape, count)))
      for (const [head, summary] of heads.entries()) await this.#sumUp({ head, first: start / blockTokens, blocks: count / blockTokens }, summary)
    }
    heads.forEach((each, head) => this.#putHead(head, each))
    return this.#packing.pack(this.#layer, heads.map(({ values }) => values.bytes))
  }

  free(): void {
    this.#extent.free()
    this.#store.free()
  }

  /** Blocks of a KV head come to their rows. */
  async #sumUp({ head, first, blocks }: HeadBlocks, { centre, spread, values }: HeadSummary): Promise<void> {
    if (first === 0) centre.set(this.#extent.meanKey(head, blocks))
    const { form, shape: { headSize: d } } = this.#plan
    const { keys } = this.#layer
    const row = first * form.rows
    const [, column, own] = keys.strides
    const keysPlace = (graph: GraphBuilder, rows: number): Tensor => graph.view(keys, [d, rows, 1, 1], [column, own, own], head * own + row * column)
    const rows = await this.#extent.rows({ head, blocks, centre, keysPlace })
    this.#putWeights(head, row, rows)
    values.put(row, rows.values)
    spread.addRows(row, rows.squares)
    spread.addProducts(rows.products)
  }

  #putWeights(head: number, first: number, { counts }: SummaryRows): void {
    const { weights } = this.#layer
    const [step, column, own] = weights.strides
    this.#backend.write(weights, counts.map((each) => Math.log(each) * this.#root), head * own + first * step)
    this.#backend.write(weights, new Float32Array(counts.length).fill(1), head * own + 2 * column + first * step)
  }

  #putHead(head: number, { centre, spread }: HeadSummary): void {
    const { weights, directions, centre: centres } = this.#layer
    this.#backend.write(weights, spread.spreads.map((each) => each * this.#root), head * weights.strides[2] + weights.strides[1])
    this.#backend.write(directions, spread.directions, head * directions.strides[2])
    this.#backend.write(centres, centre, head * centres.strides[2])
  }

  get #root(): number {
    return Math.sqrt(this.#plan.shape.headSize)
  }
}

/** Of a KV head, over the whole text. */
interface HeadSummary {
  /** [d] */
  readonly centre: Float32Array
  readonly spread: KeySpread
  readonly values: HeadValues
}

interface HeadBlocks {
  /** KV head. */
  readonly head: number
  /** Block of the text. */
  readonly first: number
  readonly blocks: number
}
