/** The summaries of all keys of a text, in memory: of a text of 131,072 tokens GLM-4-9B's take 370 MB, where its keys and values take 5.4 GB. */
import type { Backend, PartsStore } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { KvShape } from '../kv/resident'
import type { Stretch } from '../model/chunk'
import { blockTokens, extentBytes, extentTokens } from '../prefill/extent'
import type { KeptKv } from '../prefill/kept'
import { stretches } from '../prefill/stretches'
import { keyClusters, type SummaryForm } from './key-clusters'

export interface LayerSummaries {
  readonly rows: Tensor
  readonly weights: Tensor
}

export class Summaries {
  readonly shape: KvShape
  /** Blocks of the text, all of them whole. */
  readonly blocks: number
  readonly form: SummaryForm
  readonly #backend: Backend
  readonly #store: PartsStore

  /** @param type by default 8-bit numbers, of which 32 share a scale. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, blocks: number, form = keyClusters, type: number = shape.headSize % 32 === 0 ? dataType.q8_0 : dataType.f16) {
    this.shape = shape
    this.blocks = blocks
    this.form = form
    this.#backend = backend
    const rows = blocks * form.rows
    const plans = [{ type, shape: [shape.headSize, rows, shape.heads, 1] }, { type: dataType.f32, shape: [rows, 1, shape.heads, 1] }] as const
    this.#store = backend.storeParts(Array.from({ length: shape.layers }, (_, part) => ({ part, plans })))
  }

  get bytes(): number {
    return this.#store.bytes
  }

  /** Rows [d, rows, KV heads], and f32 [rows, 1, KV heads] what is added to their products: the logarithms of what they stand for, times the root of d. */
  layer(index: number): LayerSummaries {
    const [rows, weights] = [this.#store.tensors[2 * index], this.#store.tensors[2 * index + 1]]
    if (rows === undefined || weights === undefined) throw new RangeError(`There are no summaries of layer ${index}.`)
    return { rows, weights }
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

  /** `[KV head][block][rows of a block]` of an extent. */
  #summarise(extent: Uint8Array): Summed {
    const { headSize: d } = this.shape
    const numbers = new Uint16Array(extent.buffer, extent.byteOffset, extent.byteLength / Uint16Array.BYTES_PER_ELEMENT)
    const half = blockTokens * d
    const blocks = numbers.length / (2 * half)
    const height = this.form.rows
    const summed = { rows: new Float32Array(blocks * height * d), counts: new Float32Array(blocks * height) }
    for (let block = 0; block < blocks; block++) {
      const [first, end] = [block * height, (block + 1) * height]
      const keys = numbers.subarray(2 * block * half, (2 * block + 1) * half)
      this.form.fill(keys, d, summed.rows.subarray(first * d, end * d), summed.counts.subarray(first, end))
    }
    return summed
  }

  async #put(layer: number, { start, count }: Stretch, { rows, counts }: Summed): Promise<void> {
    const { headSize, heads } = this.shape
    const [first, height] = [(start / blockTokens) * this.form.rows, (count / blockTokens) * this.form.rows]
    const all = this.layer(layer)
    const weights = counts.map((each) => Math.log(each) * Math.sqrt(headSize))
    for (let head = 0; head < heads; head++) {
      const offset = head * all.weights.strides[2] + first * all.weights.strides[0]
      this.#backend.write(all.weights, weights.subarray(head * height, (head + 1) * height), offset)
    }
    await this.#run((graph) => {
      const from = graph.input(dataType.f32, headSize, height, heads)
      // ggml makes 8-bit numbers only of what lies together.
      for (let head = 0; head < heads; head++) {
        const { strides } = all.rows
        const place = graph.view(all.rows, [headSize, height, 1, 1], [strides[1], strides[2], strides[3]], head * strides[2] + first * strides[1])
        graph.run(graph.copy(graph.slice(from, 2, { first: head, count: 1 }), place))
      }
      return () => this.#backend.write(from, rows)
    })
  }

  async #run(build: (graph: GraphBuilder) => () => void): Promise<void> {
    const graph = this.#backend.graph(8 + 4 * this.shape.heads)
    const workspace = this.#backend.workspace()
    const fill = build(graph)
    workspace.place(graph)
    fill()
    await this.#backend.run(graph)
    workspace.free()
    graph.free()
  }
}

interface Summed {
  readonly rows: Float32Array
  readonly counts: Float32Array
}
