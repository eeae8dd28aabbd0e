/**
 * The summaries of all keys and values of a text, in memory: of a text of 131,072 tokens GLM-4-9B's take 870 MB, where its keys and values take 5.4 GB.
 */
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
import { keyClusters } from './key-clusters'
import { KeySpread } from './key-spread'
import { layerPlans, rowsOf, summaryTypes, tensorsOfLayer, type SummaryTypes } from './summary-layout'
import { SummaryPacking } from './summary-packing'
import { HeadValues, SummaryValues } from './summary-values'

export interface LayerSummaries {
  /** [d, rows, KV heads]: means, from the centre. */
  readonly keys: Tensor
  /** f32 [d, 1, KV heads]: the bias of a layer may make some numbers of all its keys so large that few bits are left for what differs. */
  readonly centre: Tensor
  /** Of each KV head [rows, d]: means, in the memory where such a matrix is multiplied fastest. */
  readonly values: readonly Tensor[]
  /** f32 [rows, 3, KV heads]: the logarithm of how many tokens a row stands for, its spread (`KeySpread`), both times the root of d, and 1. */
  readonly weights: Tensor
  /** f32 [d, d, KV heads]: see `KeySpread`. */
  readonly directions: Tensor
}

export class Summaries {
  readonly shape: KvShape
  /** Blocks of the text, all of them whole. */
  readonly blocks: number
  /** Rows of all blocks, and of what fills up the last block of a type: these stand for nothing. */
  readonly rows: number
  readonly form: SummaryForm
  readonly #backend: Backend
  readonly #types: SummaryTypes
  readonly #packing: SummaryPacking
  readonly #store: PartsStore
  readonly #values: SummaryValues

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, blocks: number, form = keyClusters, types = summaryTypes(shape)) {
    this.shape = shape
    this.blocks = blocks
    this.rows = rowsOf(blocks, form)
    this.form = form
    this.#backend = backend
    this.#types = types
    this.#packing = new SummaryPacking(backend, shape, this.rows, form, types)
    this.#store = backend.storeParts(Array.from({ length: shape.layers }, (_, part) => ({ part, plans: layerPlans(shape, this.rows, types.keys) })))
    backend.clear(this.#store)
    try {
      this.#values = new SummaryValues(backend, shape, this.rows, types.values)
    } catch (error) {
      this.#store.free()
      throw error
    }
  }

  get bytes(): number {
    return this.#store.bytes + this.#values.bytes
  }

  layer(index: number): LayerSummaries {
    const [keys, weights, directions, centre] = this.#store.tensors.slice(tensorsOfLayer * index, tensorsOfLayer * (index + 1))
    if (keys === undefined || weights === undefined || directions === undefined || centre === undefined) {
      throw new RangeError(`There are no summaries of layer ${index}.`)
    }
    return { keys, values: this.#values.of(index), weights, directions, centre }
  }

  /**
   * Takes the summaries that are kept too, or else makes them and keeps them.
   * @throws what `kept` throws; RangeError if there is not enough memory; the reason of `signal`
   */
  async fill(kept: KeptKv, signal?: AbortSignal): Promise<void> {
    const kind = this.#packing.kind(this.blocks * blockTokens)
    const take = async (layer: number, bytes: Uint8Array): Promise<void> => {
      signal?.throwIfAborted()
      await this.#values.fill(layer, this.#packing.unpack(this.layer(layer), bytes))
    }
    if ((await kept.summaries?.read(kind, take)) === true) return
    const extent = new ExtentSummary(this.#backend, this.form, this.shape, this.#types.values, Math.min(this.blocks, extentTokens / blockTokens))
    const sumUp = (layer: number): Promise<readonly Uint8Array[]> => this.#sumUpLayer(extent, kept, layer, signal)
    try {
      if (kept.summaries === undefined) for (let layer = 0; layer < this.shape.layers; layer++) await sumUp(layer)
      else await kept.summaries.write(kind, async (layer) => this.#packing.pack(this.layer(layer), await sumUp(layer)))
    } finally {
      extent.free()
    }
  }

  free(): void {
    this.#values.free()
    this.#store.free()
  }

  /** Gives the values of each KV head as they were filled in. */
  async #sumUpLayer(extent: ExtentSummary, kept: KeptKv, layer: number, signal: AbortSignal | undefined): Promise<readonly Uint8Array[]> {
    const { heads, headSize } = this.shape
    const known = Array.from({ length: heads }, (): HeadSummary => ({
      centre: new Float32Array(headSize), spread: new KeySpread(this.rows, headSize), values: new HeadValues(headSize, this.rows, this.#types.values),
    }))
    for (const { start, count } of stretches(0, this.blocks * blockTokens, extentTokens)) {
      signal?.throwIfAborted()
      await kept.readLayer(layer, start, start + count, extent.bytes.subarray(0, extentBytes(this.shape, count)))
      const own = { first: start / blockTokens, blocks: count / blockTokens }
      for (const [head, summary] of known.entries()) await this.#sumUp(extent, { layer, head, ...own }, summary)
    }
    known.forEach((each, head) => this.#putHead(this.layer(layer), head, each))
    const values = known.map((each) => each.values.bytes)
    await this.#values.fill(layer, values)
    return values
  }

  /** Blocks of a KV head come to their rows. */
  async #sumUp(extent: ExtentSummary, { layer, head, first, blocks }: HeadBlocks, { centre, spread, values }: HeadSummary): Promise<void> {
    if (first === 0) centre.set(extent.meanKey(head, blocks))
    const { keys, weights } = this.layer(layer)
    const { headSize: d } = this.shape
    const row = first * this.form.rows
    const [, column, own] = keys.strides
    const keysPlace = (graph: GraphBuilder, rows: number): Tensor => graph.view(keys, [d, rows, 1, 1], [column, own, own], head * own + row * column)
    const rows = await extent.rows({ head, blocks, centre, keysPlace })
    this.#putWeights(weights, head, row, rows)
    values.put(row, rows.values)
    spread.addRows(row, rows.squares)
    spread.addProducts(rows.products)
  }

  #putWeights(weights: Tensor, head: number, first: number, { counts }: SummaryRows): void {
    const root = Math.sqrt(this.shape.headSize)
    const [step, column, own] = weights.strides
    this.#backend.write(weights, counts.map((each) => Math.log(each) * root), head * own + first * step)
    this.#backend.write(weights, new Float32Array(counts.length).fill(1), head * own + 2 * column + first * step)
  }

  #putHead({ weights, directions, centre: centres }: LayerSummaries, head: number, { centre, spread }: HeadSummary): void {
    const root = Math.sqrt(this.shape.headSize)
    this.#backend.write(weights, spread.spreads.map((each) => each * root), head * weights.strides[2] + weights.strides[1])
    this.#backend.write(directions, spread.directions, head * directions.strides[2])
    this.#backend.write(centres, centre, head * centres.strides[2])
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
  readonly layer: number
  readonly head: number
  /** Block of the text. */
  readonly first: number
  readonly blocks: number
}
