/** Brings kept keys and values into memory, some extents at a time: one is read while others are put into place. */
import type { Backend } from '../ggml/backend'
import type { KvLayers } from '../kv/resident'
import { inLanes } from '../model/lanes'
import { stopReason } from '../stop-reason'
import { extentBytes, type ExtentShape } from './extent'
import { ExtentStage } from './extent-stage'
import type { KeptKv } from './kept'
import { stretches } from './stretches'

interface Lane {
  readonly stage: ExtentStage
  readonly extent: Uint8Array
}

export class ExtentLoader {
  readonly #shape: ExtentShape
  readonly #extentTokens: number
  readonly #lanes: readonly Lane[]

  /** @param extentTokens what is read at once, a multiple of 64. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: ExtentShape, extentTokens: number, lanes: number) {
    this.#shape = shape
    this.#extentTokens = extentTokens
    const bytes = extentBytes(shape, extentTokens)
    this.#lanes = Array.from({ length: lanes }, () => ({ stage: new ExtentStage(backend, shape, extentTokens), extent: new Uint8Array(bytes) }))
  }

  /**
   * The first `count` tokens of some layers go to their places.
   * @throws what reading throws; the reason of `signal`
   */
  async load(kept: KeptKv, into: KvLayers, layers: readonly number[], count: number, signal?: AbortSignal): Promise<void> {
    const pieces = layers.flatMap((layer) => stretches(0, count, this.#extentTokens).map((stretch) => ({ layer, stretch })))
    await inLanes(pieces, this.#lanes.length, async ({ layer, stretch }, lane) => {
      const { stage, extent: room } = this.#lane(lane)
      const extent = room.subarray(0, extentBytes(this.#shape, stretch.count))
      signal?.throwIfAborted()
      await kept.readLayer(layer, stretch.start, stretch.start + stretch.count, extent)
      if (await stage.load(extent, into.layer(layer), stretch, signal) === 'stopped') throw stopReason(signal)
    })
  }

  free(): void {
    for (const { stage } of this.#lanes) stage.free()
  }

  #lane(index: number): Lane {
    const lane = this.#lanes[index]
    if (lane === undefined) throw new Error(`There is no lane ${index}.`)
    return lane
  }
}
