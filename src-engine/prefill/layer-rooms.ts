/**
 * Room for the keys and values of two layers over a whole text: while one is computed, the past of the next is brought in. A layer shares its
 * room with the layer after the next.
 */
import type { Memory } from '../ggml/memory'
import type { Backend } from '../ggml/backend'
import type { PartsStore } from '../ggml/tensor-store'
import { layerPlans, layersOf, valueRowsOf, windowOf, type KvLayer, type KvLayers, type KvShape, type ValueRows } from '../kv/layer'

export class LayerRooms implements KvLayers {
  readonly #backend: Backend
  /** Where layers are computed: each has two rooms. */
  readonly #memories: readonly Memory[]
  readonly #store: PartsStore
  readonly #rooms: readonly KvLayer[]

  /** All places are 0. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, tokensMax: number) {
    this.#backend = backend
    const memories = Array.from({ length: shape.layers }, (_, layer) => backend.memoryOf(layer))
    this.#memories = [...new Set(memories)]
    const firsts = this.#memories.map((memory) => memories.indexOf(memory))
    const rowsOf = (layer: number): ValueRows => valueRowsOf(backend.placement, layer)
    this.#store = backend.storeParts(firsts.map((part) => {
      const plans = layerPlans(shape, 'f16', windowOf(tokensMax), rowsOf(part))
      return { part, plans: [...plans, ...plans] }
    }))
    this.#rooms = layersOf(this.#store, (room) => rowsOf(firsts[Math.floor(room / 2)] ?? 0))
    backend.clear(this.#store)
  }

  layer(index: number): KvLayer {
    const room = this.#rooms[2 * this.#memories.indexOf(this.#backend.memoryOf(index)) + index % 2]
    if (room === undefined) throw new RangeError(`There is no room for layer ${index}.`)
    return room
  }

  free(): void {
    this.#store.free()
  }
}
