/** The summaries of all keys of a text, in memory: of a text of 131,072 tokens GLM-4-9B's take 170 MB, where its keys and values take 5.4 GB. */
import type { Backend, PartsStore } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { KvShape } from '../kv/resident'
import type { Stretch } from '../model/chunk'
import { blockTokens, extentBytes, extentTokens } from '../prefill/extent'
import type { KeptKv } from '../prefill/kept'
import { stretches } from '../prefill/stretches'
import { unitSummary, type SummaryForm } from './unit-summary'

export class Summaries {
  readonly shape: KvShape
  /** Blocks of the text, all of them whole. */
  readonly blocks: number
  readonly form: SummaryForm
  readonly #backend: Backend
  readonly #store: PartsStore

  /** @param type by default 8-bit numbers, of which 32 share a scale. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, blocks: number, form = unitSummary, type: number = shape.headSize % 32 === 0 ? dataType.q8_0 : dataType.f16) {
    this.shape = shape
    this.blocks = blocks
    this.form = form
    this.#backend = backend
    const plan = { type, shape: [shape.headSize, blocks * form.counts.length, shape.heads, 1] } as const
    this.#store = backend.storeParts(Array.from({ length: shape.layers }, (_, part) => ({ part, plans: [plan] })))
  }

  get bytes(): number {
    return this.#store.bytes
  }

  /** [d, rows, KV heads] */
  layer(index: number): Tensor {
    const rows = this.#store.tensors[index]
    if (rows === undefined) throw new RangeError(`There are no summaries of layer ${index}.`)
    return rows
  }

  /** Sums up the kept keys. @throws what `kept` throws; the reason of `signal` */
  async fill(kept: KeptKv, signal?: AbortSignal): Promise<void> {
    const extent = new Uint8Array(extentBytes(this.shape, extentTokens))
    for (let layer = 0; layer < this.shape.layers; layer++) {
      for (const stretch of stretches(0, this.blocks * blockTokens, extentTokens)) {
        signal?.throwIfAborted()
        const bytes = extent.subarray(0, extentBytes(this.shape, stretch.count))
        await kept.readLayer(layer, stretch.start, stretch.start + stretch.count, bytes)
        await this.#put(layer, stretch, this.#summarise(bytes))
      }
    }
  }

  free(): void {
    this.#store.free()
  }

  /** [KV head][block][rows of a block] of an extent. */
  #summarise(extent: Uint8Array): Float32Array {
    const { headSize: d } = this.shape
    const numbers = new Uint16Array(extent.buffer, extent.byteOffset, extent.byteLength / Uint16Array.BYTES_PER_ELEMENT)
    const half = blockTokens * d
    const blocks = numbers.length / (2 * half)
    const size = this.form.counts.length * d
    const rows = new Float32Array(blocks * size)
    for (let block = 0; block < blocks; block++) {
      this.form.fill(numbers.subarray(2 * block * half, (2 * block + 1) * half), d, rows.subarray(block * size, (block + 1) * size))
    }
    return rows
  }

  async #put(layer: number, { start, count }: Stretch, rows: Float32Array): Promise<void> {
    const { headSize, heads } = this.shape
    const rowsEach = this.form.counts.length
    const shape = [headSize, (count / blockTokens) * rowsEach, heads, 1] as const
    const all = this.layer(layer)
    await this.#run((graph) => {
      const from = graph.input(dataType.f32, ...shape)
      const place = graph.view(all, shape, [all.strides[1], all.strides[2], all.strides[3]], (start / blockTokens) * rowsEach * all.strides[1])
      graph.run(graph.copy(from, place))
      return () => this.#backend.write(from, rows)
    })
  }

  async #run(build: (graph: GraphBuilder) => () => void): Promise<void> {
    const graph = this.#backend.graph(8)
    const workspace = this.#backend.workspace()
    const fill = build(graph)
    workspace.place(graph)
    fill()
    await this.#backend.run(graph)
    workspace.free()
    graph.free()
  }
}
