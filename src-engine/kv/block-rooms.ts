/** Rooms that hold keys and values as they are kept, `[block][K | V]`: they are attended where they were read, by Longleaf's own kernels. */
import { attendBlocks, attendEachInBlocks } from '../attention/exact'
import type { KvInBlocks } from '../attention/own'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder, Slice } from '../ggml/graph'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import { inLanes } from '../lanes'
import type { Stretch } from '../model/chunk'
import { blocksOf, blockTokens } from '../prefill/extent'
import { stretches } from '../prefill/stretches'
import type { HeadAttention, HeadRoom, HeadRooms, HeadTail, ReadHead, RoomSizes } from './head-rooms'
import type { KvLayer } from './layer'

export class BlockRooms implements HeadRooms {
  readonly #shared: SharedBytes[] = []
  readonly #rooms: readonly HeadRoom[]

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, sizes: RoomSizes) {
    const { headSize, places, count } = sizes
    try {
      this.#rooms = Array.from({ length: count }, () => {
        const shared = backend.share(2 * places * headSize * elementBytes(dataType.f16), headSize)
        this.#shared.push(shared)
        return new BlockRoom(shared, sizes)
      })
    } catch (error) {
      this.free()
      throw error
    }
  }

  get bytes(): number {
    return this.#shared.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  room(index: number): HeadRoom {
    const room = this.#rooms[index]
    if (room === undefined) throw new RangeError(`There is no room ${index}.`)
    return room
  }

  free(): void {
    for (const shared of this.#shared) shared.free()
  }
}

class BlockRoom implements HeadRoom {
  readonly #bytes: Uint8Array
  /** f16 [d, 2 * places] */
  readonly #numbers: Tensor
  readonly #sizes: RoomSizes

  constructor({ bytes, tensor }: SharedBytes, sizes: RoomSizes) {
    this.#bytes = bytes
    this.#numbers = tensor
    this.#sizes = sizes
  }

  async bring(count: number, read: ReadHead<Uint8Array>, signal?: AbortSignal): Promise<void> {
    const { tokensAtOnce, lanes } = this.#sizes
    const tokenBytes = 2 * this.#numbers.strides[1]
    await inLanes(stretches(0, count, tokensAtOnce), lanes, async (stretch) => {
      signal?.throwIfAborted()
      const [start, end] = [stretch.start, stretch.start + stretch.count]
      await read(start, end, this.#bytes.subarray(start * tokenBytes, end * tokenBytes))
    })
  }

  bringTail(graph: GraphBuilder, { layer, head, tokens: { past, tail } }: HeadTail): void {
    const count = blocksOf(tail)
    const from = layerBlocks(graph, layer, { first: head, count: 1 }, count)
    const to = this.#blocks(graph, { start: past / blockTokens, count })
    graph.run(graph.copy(from.keys, to.keys))
    graph.run(graph.copy(from.values, to.values))
  }

  attend(graph: GraphBuilder, queries: Tensor, { window, mask, tokensAre, options: { threads } }: HeadAttention): Tensor {
    const blocks = this.#blocks(graph, { start: 0, count: blocksOf(window) })
    const isEach = tokensAre === 'each' || queries.shape[2] === 1
    return isEach ? attendEachInBlocks(graph, queries, blocks, mask) : attendBlocks(graph, queries, blocks, mask, threads)
  }

  keys(graph: GraphBuilder, window: number): Tensor {
    const { keys } = this.#blocks(graph, { start: 0, count: blocksOf(window) })
    return graph.reshape(graph.dense(keys), keys.shape[0], window)
  }

  #blocks(graph: GraphBuilder, { start, count }: Stretch): KvInBlocks {
    const [d] = this.#numbers.shape
    const half = blockTokens * this.#numbers.strides[1]
    const [block, all] = [2 * half, 2 * half * count]
    const row = blockTokens * elementBytes(dataType.f16)
    return {
      keys: graph.view(this.#numbers, [d, blockTokens, count, 1], [this.#numbers.strides[1], block, all], start * block),
      values: graph.view(this.#numbers, [blockTokens, d, count, 1], [row, block, all], start * block + half),
    }
  }
}

/** The first blocks of some KV heads of a layer. */
export function layerBlocks(graph: GraphBuilder, { keys, values, valueRows }: KvLayer, heads: Slice, count: number): KvInBlocks {
  const [d] = keys.shape
  const byToken = ({ strides: [, row, ofHead] }: Tensor): readonly [number, number, number] => [row, blockTokens * row, ofHead]
  const rows = (x: Tensor): Tensor => graph.view(x, [d, blockTokens, count, heads.count], byToken(x), heads.first * x.strides[2])
  if (valueRows === 'by token') return { keys: rows(keys), values: graph.permute(rows(values), 1, 0, 2, 3) }
  const [number, row, ofHead] = values.strides
  return { keys: rows(keys), values: graph.view(values, [blockTokens, d, count, heads.count], [row, blockTokens * number, ofHead], heads.first * ofHead) }
}
