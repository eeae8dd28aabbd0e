/** Brings kept keys and values into memory, some extents at a time: one is put into place while others are read. */
import type { Backend } from '../ggml/backend'
import type { KvLayers } from '../kv/resident'
import { inLanes } from '../model/lanes'
import { extentBytes, type ExtentShape } from './extent'
import { ExtentCopy } from './extent-copy'
import type { KeptKv } from './kept'
import { stretches } from './stretches'

export class ExtentLoader {
  readonly #shape: ExtentShape
  readonly #extentTokens: number
  readonly #copy: ExtentCopy
  readonly #extents: readonly Uint8Array[]

  /** @param extentTokens what is read at once, a multiple of 64. */
  constructor(backend: Backend, shape: ExtentShape, extentTokens: number, lanes: number) {
    this.#shape = shape
    this.#extentTokens = extentTokens
    this.#copy = new ExtentCopy(backend, shape, extentTokens)
    this.#extents = Array.from({ length: lanes }, () => new Uint8Array(extentBytes(shape, extentTokens)))
  }

  /**
   * The first `count` tokens of some layers go to their places.
   * @throws what reading throws; the reason of `signal`
   */
  async load(kept: KeptKv, into: KvLayers, layers: readonly number[], count: number, signal?: AbortSignal): Promise<void> {
    const pieces = layers.flatMap((layer) => stretches(0, count, this.#extentTokens).map((stretch) => ({ layer, stretch })))
    await inLanes(pieces, this.#extents.length, async ({ layer, stretch }, lane) => {
      signal?.throwIfAborted()
      const extent = this.#extent(lane).subarray(0, extentBytes(this.#shape, stretch.count))
      await kept.readLayer(layer, stretch.start, stretch.start + stretch.count, extent)
      this.#copy.load(extent, into.layer(layer), stretch)
    })
  }

  #extent(lane: number): Uint8Array {
    const extent = this.#extents[lane]
    if (extent === undefined) throw new Error(`There is no lane ${lane}.`)
    return extent
  }
}
