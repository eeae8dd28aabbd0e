/**
 * The summaries of all keys and values of a text, in memory: of a text of 131,072 tokens GLM-4-9B's take 870 MB, where its keys and values take 5.4 GB.
 */
import type { Backend } from '../ggml/backend'
import type { Tensor } from '../ggml/tensor'
import type { PartsStore } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import { blockTokens } from '../prefill/extent'
import type { KeptKv } from '../prefill/kept'
import type { SummaryForm } from './block-parts'
import { keyClusters } from './key-clusters'
import { layerPlans, rowsOf, summaryTypes, tensorsOfLayer, type SummaryTypes } from './summary-layout'
import { SummaryMaker } from './summary-maker'
import { inOrder, SummaryPacking, type PackedTensors } from './summary-packing'
import { SummaryValues } from './summary-values'

export interface LayerSummaries extends PackedTensors {
  /** Of each KV head [rows, d]: means, in the memory where such a matrix is multiplied fastest. */
  readonly values: readonly Tensor[]
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
    return { ...inOrder(this.#store.tensors.slice(tensorsOfLayer * index, tensorsOfLayer * (index + 1))), values: this.#values.of(index) }
  }

  /**
   * Takes the summaries that are kept too, or else makes them and keeps them.
   * @throws what `kept` throws; RangeError if there is not enough memory; the reason of `signal`
   */
  async fill(kept: KeptKv, signal?: AbortSignal): Promise<void> {
    const { summaries } = kept
    const kind = this.#packing.kind(this.blocks * blockTokens)
    const take = async (layer: number, packed: Uint8Array): Promise<void> => {
      signal?.throwIfAborted()
      await this.#values.fill(layer, this.#packing.unpack(this.layer(layer), packed))
    }
    if ((await summaries?.read(kind, take)) === true) return
    const maker = new SummaryMaker(this.#backend, this.#packing, { shape: this.shape, blocks: this.blocks, form: this.form, types: this.#types })
    const make = async (layer: number): Promise<Uint8Array> => {
      const packed = await maker.layer(kept, layer, () => signal?.throwIfAborted())
      await take(layer, packed)
      return packed
    }
    try {
      const made = (await summaries?.write(kind, make)) ?? 0
      for (let layer = made; layer < this.shape.layers; layer++) await make(layer)
    } finally {
      maker.free()
    }
  }

  free(): void {
    this.#values.free()
    this.#store.free()
  }
}
