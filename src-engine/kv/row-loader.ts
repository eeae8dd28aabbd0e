/**
 * Brings what is kept of single KV heads into their rooms: keys are read to their places, and values, of which 64 tokens lie together on the disk, some at a
 * time beside them, from where they are moved to theirs while others are read.
 */
import type { Backend } from '../ggml/backend'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import { inLanes } from '../lanes'
import type { Stretch } from '../model/chunk'
import { blocksOf, blockTokens } from '../prefill/extent'
import { stretches } from '../prefill/stretches'
import type { KeysAndValues } from '../reading/block-bytes'
import type { ReadHead } from './head-rooms'
import type { KvLayer } from './layer'

/** Where rows of a KV head go. */
export interface RowPlaces {
  readonly layer: KvLayer
  /** Those of the layer: f16 [d, places]. */
  readonly keyBytes: Uint8Array
}

export class RowLoader {
  readonly #backend: Backend
  /** Moves values beside what the backend computes. */
  readonly #beside: Backend | undefined
  readonly #tokenBytes: number
  readonly #tokensAtOnce: number
  readonly #values: readonly SharedBytes[]

  /** @param tokensAtOnce what is read at once, a multiple of 64; `lanes` of that */
  constructor(backend: Backend, headSize: number, tokensAtOnce: number, lanes: number) {
    this.#backend = backend
    this.#beside = backend.beside()
    this.#tokenBytes = headSize * elementBytes(dataType.f16)
    this.#tokensAtOnce = tokensAtOnce
    this.#values = Array.from({ length: lanes }, () => backend.share(tokensAtOnce * this.#tokenBytes))
  }

  /**
   * The first `count` tokens of a head, whole blocks, go to the first places.
   * @throws what reading throws; the reason of `signal`
   */
  async bring({ layer, keyBytes }: RowPlaces, count: number, read: ReadHead<KeysAndValues>, signal?: AbortSignal): Promise<void> {
    await inLanes(stretches(0, count, this.#tokensAtOnce), this.#values.length, async (stretch, lane) => {
      signal?.throwIfAborted()
      const shared = this.#values[lane]
      if (shared === undefined) throw new Error(`There is no lane ${lane}.`)
      const [start, end] = [stretch.start, stretch.start + stretch.count]
      const values = shared.bytes.subarray(0, stretch.count * this.#tokenBytes)
      await read(start, end, { keys: keyBytes.subarray(start * this.#tokenBytes, end * this.#tokenBytes), values })
      if (this.#beside === undefined) putValues(this.#backend, values, layer, stretch)
      else await moveValues(this.#beside, shared.tensor, layer, stretch)
    })
  }

  /** Nothing may be under way. */
  free(): void {
    for (const values of this.#values) values.free()
    this.#beside?.free()
  }
}

/** Bytes of a block's row: one number of the values of its tokens. */
const rowBytes = blockTokens * elementBytes(dataType.f16)
/** A copy from a view to a view. */
const moveNodes = 3

/** Blocks of values become rows over all tokens. @param blocks f16, in a row from the first on */
async function moveValues(backend: Backend, blocks: Tensor, { values }: KvLayer, { start, count }: Stretch): Promise<void> {
  const [, headSize] = values.shape
  const graph = backend.graph(moveNodes)
  try {
    const shape = [blockTokens, blocksOf(count), headSize, 1] as const
    const from = graph.view(blocks, shape, [headSize * rowBytes, rowBytes, headSize * rowBytes], 0)
    const to = graph.view(values, shape, [rowBytes, values.strides[1], values.strides[2]], start * values.strides[0])
    graph.run(graph.copy(from, to))
    await backend.run(graph)
  } finally {
    graph.free()
  }
}

/** The same at once, on this thread. */
function putValues(backend: Backend, blocks: Uint8Array, { values }: KvLayer, { start, count }: Stretch): void {
  const [, headSize] = values.shape
  for (let block = 0; block < blocksOf(count); block++) {
    const offset = (start + block * blockTokens) * values.strides[0]
    const own = blocks.subarray(block * headSize * rowBytes, (block + 1) * headSize * rowBytes)
    backend.writeParts(values, own, { count: headSize, bytes: rowBytes, offset, stride: values.strides[1], dataStride: rowBytes })
  }
}
