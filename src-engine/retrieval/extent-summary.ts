/**
 * The rows that stand for the blocks of one KV head of an extent. What is multiplied is multiplied by ggml: 13 s for 8 layers of GLM-4-9B at 131,072 tokens in
 * JavaScript, in which only the parting of tokens is left.
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, rowBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import type { Workspace } from '../ggml/workspace'
import { halves } from '../half'
import { blockTokens, extentBytes, type ExtentShape } from '../prefill/extent'
import { partBlocks, type SummaryForm } from './block-parts'
import { blocksTogether } from './summary-layout'

export interface SummaryRows {
  /** f32 [rows]: tokens; 0 for a row that stands for none. */
  readonly counts: Float32Array
  /** f32 [rows]: the mean of squared distances of keys from their mean. */
  readonly squares: Float32Array
  /** [d][rows]: means, in the type of values. */
  readonly values: Uint8Array
  /** f32 [d, d]: products of the deviations of one key of each block, summed. */
  readonly products: Float32Array
}

interface RowsWanted {
  /** KV head of the extent. */
  readonly head: number
  readonly blocks: number
  /** f32 [d]: keys are counted from there. */
  readonly centre: Float32Array
  /** Adds the view [d, rows] to a graph that keys come to, as means. */
  readonly keysPlace: (graph: GraphBuilder, rows: number) => Tensor
}

const nodesMax = 32

export class ExtentSummary {
  readonly #backend: Backend
  readonly #form: SummaryForm
  readonly #headSize: number
  readonly #valueType: number
  readonly #store: TensorStore
  /** f32 [d, 64 tokens of all blocks]: keys of one KV head. */
  readonly #keys: Tensor
  readonly #workspace: Workspace
  readonly #shared: SharedBytes

  /** @param blocks of an extent, at most. @throws RangeError if there is not enough memory */
  constructor(backend: Backend, form: SummaryForm, { heads, headSize }: ExtentShape, valueType: number, blocks: number) {
    this.#backend = backend
    this.#form = form
    this.#headSize = headSize
    this.#valueType = valueType
    this.#store = backend.store([{ type: dataType.f32, shape: [headSize, blockTokens * blocksTogether(blocks, form), 1, 1] }])
    const [keys] = this.#store.tensors
    if (keys === undefined) throw new Error('A store lost a tensor.')
    this.#keys = keys
    this.#workspace = backend.workspace()
    // What fills up the last rows reads on behind the last block.
    this.#shared = backend.share(extentBytes({ heads, headSize }, blockTokens * blocksTogether(blocks, form)))
    this.#shared.bytes.fill(0)
  }

  /** What extents are read into. */
  get bytes(): Uint8Array {
    return this.#shared.bytes
  }

  /** The mean of all keys of a KV head of the extent, f32 [d]. */
  meanKey(head: number, blocks: number): Float32Array {
    const d = this.#headSize
    const { buffer, byteOffset } = this.#shared.bytes
    const size = 2 * blockTokens * d
    const numbers = new Uint16Array(buffer, byteOffset + 2 * head * blocks * size, blocks * size)
    const mean = new Float32Array(d)
    for (let block = 0; block < blocks; block++) {
      for (let i = 0; i < size / 2; i++) mean[i % d] = (mean[i % d] ?? 0) + (halves[numbers[block * size + i] ?? 0] ?? 0) / (blocks * blockTokens)
    }
    return mean
  }

  async rows({ head, blocks, centre, keysPlace }: RowsWanted): Promise<SummaryRows> {
    const room = blocksTogether(blocks, this.#form)
    const { rows } = this.#form
    const d = this.#headSize
    const first = head * blocks * 4 * blockTokens * d
    const parts = partBlocks(this.#form, await this.#productsOfKeys(first, room, centre), blocks, room)
    const found = { products: new Float32Array(d * d), values: new Uint8Array(rowBytes(this.#valueType, rows * room) * d) }
    await this.#run((graph) => {
      const toKeys = graph.input(dataType.f32, rows + 1, blockTokens, room)
      const toValues = graph.input(dataType.f32, blockTokens, rows, room)
      const sums = graph.outerProduct(this.#keysOf(graph, room), toKeys) // [d, rows + 1, blocks]
      const [, column, block] = sums.strides
      graph.run(graph.copy(graph.view(sums, [d, rows, room, 1], [column, block, block * room], 0), keysPlace(graph, rows * room)))
      const sample = graph.dense(graph.view(sums, [d, room, 1, 1], [block, block * room, block * room], rows * column))
      const products = graph.outerProduct(sample, sample)
      graph.output(products)
      const means = graph.reshape(graph.matmul(this.#valuesOf(graph, first, room), toValues), d, rows * room)
      // ggml makes numbers of few bits only of what will lie together.
      const values = graph.copy(graph.dense(graph.permute(means, 1, 0, 2, 3)), graph.input(this.#valueType, rows * room, d))
      graph.output(values)
      return {
        fill: () => {
          this.#backend.write(toKeys, parts.sharesAndSample)
          this.#backend.write(toValues, parts.shares)
        },
        read: () => {
          this.#backend.read(products, found.products)
          this.#backend.read(values, found.values)
        },
      }
    })
    return { counts: parts.counts, squares: parts.squares, ...found }
  }

  free(): void {
    this.#shared.free()
    this.#workspace.free()
    this.#store.free()
  }

  /** Of each key of a block, from the centre, with each, f32 [64, 64, blocks]; the keys stay there. */
  async #productsOfKeys(first: number, blocks: number, centre: Float32Array): Promise<Float32Array> {
    const d = this.#headSize
    const found = new Float32Array(blockTokens ** 2 * blocks)
    await this.#run((graph) => {
      const away = graph.input(dataType.f32, d, 1)
      const row = d * this.#shared.tensor.strides[0]
      const size = 2 * blockTokens * row
      const own = graph.view(this.#shared.tensor, [d, blockTokens, blocks, 1], [row, size, size * blocks], first)
      const keys = this.#keysOf(graph, blocks)
      graph.run(graph.copy(graph.add(graph.copy(own, graph.input(dataType.f32, d, blockTokens, blocks)), away), keys))
      const products = graph.matmulExact(keys, keys)
      graph.output(products)
      return { fill: () => this.#backend.write(away, centre.map((each) => -each)), read: () => this.#backend.read(products, found) }
    })
    return found
  }

  /** [d, 64, blocks] */
  #keysOf(graph: GraphBuilder, blocks: number): Tensor {
    const [, row] = this.#keys.strides
    return graph.view(this.#keys, [this.#headSize, blockTokens, blocks, 1], [row, row * blockTokens, row * blockTokens * blocks], 0)
  }

  /** f16 [64, d, blocks] */
  #valuesOf(graph: GraphBuilder, first: number, blocks: number): Tensor {
    const row = blockTokens * this.#shared.tensor.strides[0]
    const size = 2 * row * this.#headSize
    return graph.view(this.#shared.tensor, [blockTokens, this.#headSize, blocks, 1], [row, size, size * blocks], first + size / 2)
  }

  async #run(build: (graph: GraphBuilder) => { readonly fill: () => void; readonly read: () => void }): Promise<void> {
    const graph = this.#backend.graph(nodesMax)
    try {
      const { fill, read } = build(graph)
      this.#workspace.place(graph)
      fill()
      await this.#backend.run(graph)
      read()
    } finally {
      graph.free()
    }
  }
}
