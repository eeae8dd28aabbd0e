/**
 * Where extents become keys and values of a layer, and these become extents. ggml copies them and turns V.
 */
import type { Backend, RunEnd, TensorStore, Workspace } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/resident'
import type { Stretch } from '../model/chunk'
import { blocksOf, blockTokens, extentBytes, type ExtentShape } from './extent'

/** Two copies, and the views that they are between. */
const nodesMax = 16

export class ExtentStage {
  readonly #backend: Backend
  readonly #shape: ExtentShape
  readonly #store: TensorStore
  readonly #extent: Tensor
  readonly #workspace: Workspace

  /** @param tokensMax of an extent. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: ExtentShape, tokensMax: number) {
    this.#backend = backend
    this.#shape = shape
    this.#store = backend.store([{ type: dataType.f16, shape: [shape.headSize, blockTokens, 2, shape.heads * blocksOf(tokensMax)] }])
    const [extent] = this.#store.tensors
    if (extent === undefined) throw new Error('A store lost its tensor.')
    this.#extent = extent
    this.#workspace = backend.workspace()
  }

  /** Puts an extent into its places of the layer, the last block with what fills it up. */
  async load(extent: Uint8Array, layer: KvLayer, stretch: Stretch, signal?: AbortSignal): Promise<RunEnd> {
    await this.#store.fillRows(this.#extent, 0, extent)
    return this.#copy(layer, stretch, (graph, kept, placed) => graph.run(graph.copy(kept, placed)), signal)
  }

  /** Fills `extent` from the layer, whose places up to the end of the last block are 0 where they have no token. */
  async save(layer: KvLayer, stretch: Stretch, extent: Uint8Array, signal?: AbortSignal): Promise<RunEnd> {
    const end = await this.#copy(layer, stretch, (graph, kept, placed) => graph.run(graph.copy(placed, kept)), signal)
    if (end === 'complete') this.#backend.read(this.#extent, extent.subarray(0, extentBytes(this.#shape, stretch.count)))
    return end
  }

  free(): void {
    this.#workspace.free()
    this.#store.free()
  }

  async #copy(layer: KvLayer, stretch: Stretch, between: (graph: GraphBuilder, kept: Tensor, placed: Tensor) => void, signal?: AbortSignal): Promise<RunEnd> {
    const graph = this.#backend.graph(nodesMax)
    try {
      const kept = this.#parts(graph, blocksOf(stretch.count))
      const placed = placesOf(graph, layer, stretch)
      between(graph, kept.keys, placed.keys)
      between(graph, kept.values, placed.values)
      this.#workspace.place(graph)
      return await this.#backend.run(graph, signal)
    } finally {
      graph.free()
    }
  }

  /** Of an extent of so many blocks: keys [d, 64, blocks, heads] and values [64, d, blocks, heads]. */
  #parts(graph: GraphBuilder, blocks: number): KvLayer {
    const { headSize, heads } = this.#shape
    const row = headSize * elementBytes(this.#extent.type)
    const half = blockTokens * row
    const part = (offset: number): Tensor => graph.view(this.#extent, [headSize, blockTokens, blocks, heads], [row, 2 * half, blocks * 2 * half], offset)
    return { keys: part(0), values: graph.permute(part(half), 1, 0, 2, 3) }
  }
}

/** The same of a layer, whole blocks from `start` on. */
function placesOf(graph: GraphBuilder, { keys, values }: KvLayer, { start, count }: Stretch): KvLayer {
  const [headSize, , heads] = keys.shape
  const blocks = blocksOf(count)
  const place = (of: Tensor, [rowSize, rows]: readonly [number, number], step: number): Tensor =>
    graph.view(of, [rowSize, rows, blocks, heads], [of.strides[1], blockTokens * step, of.strides[2]], start * step)
  return {
    keys: place(keys, [headSize, blockTokens], keys.strides[1]),
    values: place(values, [blockTokens, headSize], elementBytes(values.type)),
  }
}
