/**
 * Rooms whose keys and values lie as those of a layer in memory, for ggml's products. Keys lie there as on the disk, so that files are read straight to their
 * places.
 */
import { attend, attendEach } from '../attention/exact'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { SharedBytes } from '../ggml/shared-bytes'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { PartsStore } from '../ggml/tensor-store'
import type { KeysAndValues } from '../reading/block-bytes'
import type { HeadAttention, HeadRoom, HeadRooms, HeadTail, ReadHead, RoomSizes } from './head-rooms'
import { kvPlaces, kvWindow } from './layer'
import { RowLoader, type RowPlaces } from './row-loader'

export class RowRooms implements HeadRooms {
  readonly #keys: SharedBytes[] = []
  readonly #values: PartsStore
  readonly #loader: RowLoader
  readonly #rooms: readonly HeadRoom[]

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, { headSize, places, count, tokensAtOnce, lanes }: RoomSizes) {
    this.#values = backend.store(Array.from({ length: count }, () => ({ type: dataType.f16, shape: [places, headSize, 1, 1] })))
    this.#loader = new RowLoader(backend, headSize, tokensAtOnce, lanes)
    try {
      backend.clear(this.#values)
      this.#rooms = this.#values.tensors.map((values) => {
        const { tensor: keys, bytes: keyBytes } = this.#share(backend.share(places * headSize * elementBytes(dataType.f16), headSize))
        return new RowRoom({ layer: { keys, values, valueRows: 'by number' }, keyBytes }, this.#loader)
      })
    } catch (error) {
      this.free()
      throw error
    }
  }

  get bytes(): number {
    return this.#values.bytes + this.#keys.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  room(index: number): HeadRoom {
    const room = this.#rooms[index]
    if (room === undefined) throw new RangeError(`There is no room ${index}.`)
    return room
  }

  free(): void {
    this.#loader.free()
    for (const keys of this.#keys) keys.free()
    this.#values.free()
  }

  #share(keys: SharedBytes): SharedBytes {
    this.#keys.push(keys)
    return keys
  }
}

class RowRoom implements HeadRoom {
  readonly #places: RowPlaces
  readonly #loader: RowLoader

  constructor(places: RowPlaces, loader: RowLoader) {
    this.#places = places
    this.#loader = loader
  }

  bring(count: number, read: ReadHead<KeysAndValues>, signal?: AbortSignal): Promise<void> {
    return this.#loader.bring(this.#places, count, read, signal)
  }

  bringTail(graph: GraphBuilder, { layer, head, tokens: { past, tail: count } }: HeadTail): void {
    const room = this.#places.layer
    const all = kvWindow(graph, layer, count)
    const place = kvPlaces(graph, room, { start: past, count })
    graph.run(graph.copy(graph.slice(all.keys, 2, { first: head, count: 1 }), place.keys))
    const values = graph.slice(all.values, 2, { first: head, count: 1 })
    graph.run(graph.copy(layer.valueRows === room.valueRows ? values : graph.permute(values, 1, 0, 2, 3), place.values))
  }

  attend(graph: GraphBuilder, queries: Tensor, { window, mask, tokensAre, options }: HeadAttention): Tensor {
    return (tokensAre === 'each' ? attendEach : attend)(graph, queries, kvWindow(graph, this.#places.layer, window), mask, options)
  }

  keys(graph: GraphBuilder, window: number): Tensor {
    return kvWindow(graph, this.#places.layer, window).keys
  }
}
