/**
 * The past of a text that is attended where it is: the heads of the first layers stay in memory, those of the others lie in the file that they are kept in, and
 * are read by the threads that attend them. So a step is one graph, and nothing has to come before it.
 */
import type { StepPast, StepQueries } from '../attention/resident'
import { attendInFile, canAttendHeads } from '../attention/own'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, type Tensor } from '../ggml/tensor'
import { blocksOf } from '../prefill/extent'
import type { BlocksInFile } from '../reading/blocks-in-file'
import { layerBlocks } from './block-rooms'
import { headBytes } from './room-plan'
import type { StreamedKv } from './streamed'

/** Pieces of a file in which the past of a head may lie: a million tokens that were read 1,024 at a time. */
const runsMax = 1_024
/** A row is as `file_blocks` in `file-blocks.h`: descriptor, what failed, count of blocks; then end and offset of each run. */
const rowNumbers = 3 + 2 * runsMax
const failedAt = 1

export class PastInPlace implements StepPast {
  readonly tail: StreamedKv['tail']
  readonly first: number
  readonly #kv: StreamedKv
  /** A row for each head, by index in the order of computing. */
  readonly #rows: SharedBytes
  readonly #numbers: BigInt64Array
  /** A part for each thread. */
  readonly #parts: SharedBytes

  /** @throws RangeError if there is not enough memory. */
  private constructor(backend: Backend, kv: StreamedKv, partPlaces: number) {
    const { layers, heads } = kv.shape
    const rowBytes = rowNumbers * BigInt64Array.BYTES_PER_ELEMENT
    this.tail = kv.tail
    this.first = kv.plan.past
    this.#kv = kv
    this.#rows = backend.share(layers * heads * rowBytes, rowBytes / Uint16Array.BYTES_PER_ELEMENT)
    this.#numbers = new BigInt64Array(this.#rows.bytes.buffer, this.#rows.bytes.byteOffset, layers * heads * rowNumbers)
    this.#parts = backend.share(backend.threadsMax * headBytes(kv.shape, partPlaces))
  }

  /** Undefined where there are no kernels for that, or some of the cache is a device's. @throws RangeError if there is not enough memory. */
  static open(backend: Backend, kv: StreamedKv): PastInPlace | undefined {
    const { kernels } = backend
    if (kernels?.readFiles !== true || !canAttendHeads(backend, kv.shape.headSize)) return undefined
    return kv.tail.layers.every(({ valueRows }) => valueRows === 'by number') ? new PastInPlace(backend, kv, kernels.partPlaces) : undefined
  }

  /** Looks up where all of it is, for the next step; false if some of it has to be brought first. */
  find(): boolean {
    const { layers, heads } = this.#kv.shape
    for (let index = 0; index < layers * heads; index++) {
      if (this.#stays(Math.floor(index / heads)) ? !this.#kv.isThere(index) : !this.#tell(index, this.#kv.inFile(index))) return false
    }
    return true
  }

  get failed(): boolean {
    for (let at = failedAt; at < this.#numbers.length; at += rowNumbers) if (this.#numbers[at] !== 0n) return true
    return false
  }

  attend(graph: GraphBuilder, layer: number, queries: Tensor, place: StepQueries): Tensor {
    return this.#stays(layer) ? this.#attendRooms(graph, layer, queries, place) : this.#attendFile(graph, layer, queries, place)
  }

  free(): void {
    this.#rows.free()
    this.#parts.free()
  }

  #attendRooms(graph: GraphBuilder, layer: number, queries: Tensor, { window, ...attention }: StepQueries): Tensor {
    const { shape: { heads: kvHeads }, plan: { past } } = this.#kv
    const [d, heads, tokens] = queries.shape
    const group = heads / kvHeads
    const all = graph.input(dataType.f32, d * heads, tokens)
    for (let head = 0; head < kvHeads; head++) {
      const room = this.#kv.room(layer * kvHeads + head)
      room.bringTail(graph, { layer: this.tail.layer(layer), head, tokens: { past, tail: window - past } })
      const found = room.attend(graph, graph.slice(queries, 1, { first: head * group, count: group }), { window, tokensAre: 'each', ...attention })
      const [step, row] = all.strides
      graph.run(graph.copy(found, graph.view(all, found.shape, [row, row * tokens, row * tokens], head * found.shape[0] * step)))
    }
    return all
  }

  #attendFile(graph: GraphBuilder, layer: number, queries: Tensor, { window, mask }: StepQueries): Tensor {
    const { heads: kvHeads } = this.#kv.shape
    const [d, heads, tokens] = queries.shape
    const past = graph.slice(this.#rows.tensor, 1, { first: layer * kvHeads, count: kvHeads })
    const tail = layerBlocks(graph, this.tail.layer(layer), { first: 0, count: kvHeads }, blocksOf(window - this.first))
    return graph.reshape(attendInFile(graph, queries, { past, tail, parts: this.#parts.tensor }, mask), d * heads, tokens)
  }

  #stays(layer: number): boolean {
    return (layer + 1) * this.#kv.shape.heads <= this.#kv.plan.rooms.staying
  }

  /** False if it is not to be told. */
  #tell(index: number, blocks: BlocksInFile | undefined): boolean {
    if (blocks === undefined || blocks.runs.length > runsMax) return false
    const { descriptor, runs } = blocks
    const numbers = [descriptor, 0, runs.at(-1)?.end ?? 0, ...runs.flatMap(({ end, offset }) => [end, offset])]
    this.#numbers.set(numbers.map(BigInt), index * rowNumbers)
    return true
  }
}
