/** Rooms for keys and values of single KV heads. Keys lie there as on the disk, so that files are read straight to their places. */
import type { Backend } from '../ggml/backend'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, elementBytes } from '../ggml/tensor'
import type { PartsStore } from '../ggml/tensor-store'
import type { KvLayer } from './layer'

export interface HeadRoom {
  readonly layer: KvLayer
  /** Those of the layer: f16 [d, places]. */
  readonly keyBytes: Uint8Array
}

export class HeadRooms {
  readonly #keys: SharedBytes[] = []
  readonly #values: PartsStore
  readonly #rooms: readonly HeadRoom[]

  /** All places are 0. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, headSize: number, places: number, count: number) {
    this.#values = backend.store(Array.from({ length: count }, () => ({ type: dataType.f16, shape: [places, headSize, 1, 1] })))
    try {
      backend.clear(this.#values)
      this.#rooms = this.#values.tensors.map((values) => {
        const { tensor: keys, bytes: keyBytes } = this.#share(backend.share(places * headSize * elementBytes(dataType.f16), headSize))
        return { layer: { keys, values, valueRows: 'by number' }, keyBytes }
      })
    } catch (error) {
      this.free()
      throw error
    }
  }

  get bytes(): number {
    return this.#values.bytes + this.#keys.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  /** @throws RangeError for a room that is not there */
  room(index: number): HeadRoom {
    const room = this.#rooms[index]
    if (room === undefined) throw new RangeError(`There is no room ${index}.`)
    return room
  }

  free(): void {
    for (const keys of this.#keys) keys.free()
    this.#values.free()
  }

  #share(keys: SharedBytes): SharedBytes {
    this.#keys.push(keys)
    return keys
  }
}
