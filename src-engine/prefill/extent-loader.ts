/** Brings kept keys and values into memory, some extents at a time: one is put into place while others are read. */
import type { Backend } from '../ggml/backend'
import type { SharedBytes } from '../ggml/shared-bytes'
import type { KvLayer, KvLayers } from '../kv/layer'
import { inLanes } from '../lanes'
import { extentBytes, type ExtentShape } from './extent'
import { loadExtent, moveExtent } from './extent-copy'
import type { KeptKv } from './kept'
import { stretches } from './stretches'

/** Keys and values that are kept, and what they become. */
export interface ExtentSource {
  readonly into: KvLayer
  /** Fills `extent` with those of the tokens [from, to), `from` being a multiple of 64. */
  read(from: number, to: number, extent: Uint8Array): Promise<void>
}

export class ExtentLoader {
  readonly #backend: Backend
  /** Puts extents into place beside what the backend computes, and off the thread that reads them. */
  readonly #beside: Backend | undefined
  readonly #shape: ExtentShape
  readonly #extentTokens: number
  readonly #extents: readonly SharedBytes[]

  /** @param extentTokens what is read at once, a multiple of 64. */
  constructor(backend: Backend, shape: ExtentShape, extentTokens: number, lanes: number) {
    this.#backend = backend
    this.#beside = backend.beside()
    this.#shape = shape
    this.#extentTokens = extentTokens
    this.#extents = Array.from({ length: lanes }, () => backend.share(extentBytes(shape, extentTokens)))
  }

  /**
   * The first `count` tokens of some layers go to their places.
   * @throws what reading throws; the reason of `signal`
   */
  async load(kept: KeptKv, into: KvLayers, layers: readonly number[], count: number, signal?: AbortSignal): Promise<void> {
    return this.bring(layers.map((layer) => ({ into: into.layer(layer), read: (from, to, extent) => kept.readLayer(layer, from, to, extent) })), count, signal)
  }

  /** The first `count` tokens of some sources go to the first places. @throws as `load` */
  async bring(sources: readonly ExtentSource[], count: number, signal?: AbortSignal): Promise<void> {
    const pieces = sources.flatMap((source) => stretches(0, count, this.#extentTokens).map((stretch) => ({ source, stretch })))
    await inLanes(pieces, this.#extents.length, async ({ source, stretch }, lane) => {
      signal?.throwIfAborted()
      const shared = this.#extent(lane)
      const extent = shared.bytes.subarray(0, extentBytes(this.#shape, stretch.count))
      await source.read(stretch.start, stretch.start + stretch.count, extent)
      if (this.#beside === undefined) loadExtent(this.#backend, extent, source.into, stretch)
      else await moveExtent(this.#beside, shared.tensor, source.into, stretch)
    })
  }

  /** Nothing may be under way. */
  free(): void {
    for (const extent of this.#extents) extent.free()
    this.#beside?.free()
  }

  #extent(lane: number): SharedBytes {
    const extent = this.#extents[lane]
    if (extent === undefined) throw new Error(`There is no lane ${lane}.`)
    return extent
  }
}
