/** Keys and values of all layers in memory. Places past the tokens that were written hold finite numbers, so that a weight of 0 keeps them out of a sum. */
import type { KeySource } from '../evidence/masses'
import type { Backend } from '../ggml/backend'
import type { PartsStore } from '../ggml/tensor-store'
import { kvWindow, layerPlans, layersOf, valueRowsOf, windowOf, type KvLayer, type KvLayers, type KvShape, type KvType } from './layer'

/** Tokens that a new cache has room for at least. */
const capacityFirst = 256

export class ResidentKv implements KvLayers {
  readonly shape: KvShape
  readonly #backend: Backend
  readonly #type: KvType
  readonly #capacityMax: number
  #capacity: number
  #store: PartsStore
  #layers: readonly KvLayer[]

  /**
   * @param tokensMax how many it will ever have to hold
   * @param tokens how many it has room for at once
   * @throws RangeError if there is not enough memory
   */
  constructor(backend: Backend, shape: KvShape, type: KvType, tokensMax: number, tokens = 0) {
    this.shape = shape
    this.#backend = backend
    this.#type = type
    this.#capacityMax = windowOf(tokensMax)
    this.#capacity = Math.min(Math.max(capacityFirst, windowOf(tokens)), this.#capacityMax)
    this.#store = this.#open(this.#capacity)
    this.#layers = this.#layersOf(this.#store)
  }

  /** Tokens that fit now. */
  get capacity(): number {
    return this.#capacity
  }

  get layers(): readonly KvLayer[] {
    return this.#layers
  }

  layer(index: number): KvLayer {
    const layer = this.#layers[index]
    if (layer === undefined) throw new RangeError(`The cache has no layer ${index}.`)
    return layer
  }

  get bytes(): number {
    return this.#store.bytes
  }

  /**
   * Makes room for so many tokens and keeps what is there; true if its tensors are others now.
   * @throws RangeError if there is not enough memory, and then nothing has changed
   */
  async reserve(tokens: number): Promise<boolean> {
    if (tokens <= this.#capacity) return false
    const capacity = Math.min(this.#capacityMax, windowOf(tokens))
    const larger = this.#open(capacity)
    const layers = this.#layersOf(larger)
    await this.#copy(layers)
    this.#store.free()
    this.#store = larger
    this.#layers = layers
    this.#capacity = capacity
    return true
  }

  free(): void {
    this.#store.free()
  }

  #open(capacity: number): PartsStore {
    const store = this.#backend.storeParts(Array.from({ length: this.shape.layers }, (_, part) =>
      ({ part, plans: layerPlans(this.shape, this.#type, capacity, valueRowsOf(this.#backend.placement, part)) })))
    this.#backend.clear(store)
    return store
  }

  #layersOf(store: PartsStore): readonly KvLayer[] {
    return layersOf(store, (layer) => valueRowsOf(this.#backend.placement, layer))
  }

  async #copy(to: readonly KvLayer[]): Promise<void> {
    const graph = this.#backend.graph(8 * to.length)
    this.#layers.forEach((layer, i) => {
      const target = to[i]
      if (target === undefined) return
      const place = kvWindow(graph, target, this.#capacity)
      graph.run(graph.copy(layer.keys, place.keys))
      graph.run(graph.copy(layer.values, place.values))
    })
    const workspace = this.#backend.workspace()
    workspace.place(graph)
    await this.#backend.run(graph)
    workspace.free()
    graph.free()
  }
}

/** Its keys for looking at single heads. */
export function residentKeys(kv: Pick<ResidentKv, 'shape' | 'layer'>): KeySource {
  return {
    shape: kv.shape,
    bring: () => Promise.resolve(),
    keys: (graph, layer, head, window) => graph.slice(kvWindow(graph, kv.layer(layer), window).keys, 2, { first: head, count: 1 }),
  }
}
