/**
 * Keys and values of all layers in memory, grouped: what belongs to one KV head lies together.
 *
 *   K of a layer   [d, capacity, KV heads]   a row is the key of one token
 *   V by number    [capacity, d, KV heads]   a row is one number of all values: the sum over tokens reads memory in order
 *   V by token     [d, capacity, KV heads]   a row is the value of one token, as the fused attention of graphics devices wants it
 *
 * Places past the tokens that were written hold finite numbers, so that a weight of 0 keeps them out of a sum.
 */
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { KeySource } from '../evidence/masses'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { deviceOf, type Placement } from '../ggml/placement'
import type { PartsStore, TensorPlan } from '../ggml/tensor-store'
import type { Stretch } from '../model/chunk'

export interface KvShape {
  readonly layers: number
  readonly heads: number
  readonly headSize: number
}

export type KvType = 'f16' | 'f32'

/** What a row of V is. */
export type ValueRows = 'by number' | 'by token'

export interface KvLayer {
  readonly keys: Tensor
  readonly values: Tensor
  readonly valueRows: ValueRows
}

/** How V of a layer lies: a device would have to turn all of it for each token. */
export function valueRowsOf(placement: Placement, layer: number): ValueRows {
  return deviceOf(placement, layer) === undefined ? 'by number' : 'by token'
}

/** Keys and values of layers, all of them or those that are at hand. */
export interface KvLayers {
  /** @throws RangeError for a layer that is not there */
  layer(index: number): KvLayer
}

/** Tokens that a new cache has room for at least. */
const capacityFirst = 256
/** Windows of the cache end at multiples of this. */
const windowStep = 64

/** Places that a cache of so many tokens has, or that its last token looks at. */
export function windowOf(tokens: number): number {
  return Math.ceil(tokens / windowStep) * windowStep
}

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

/** What a layer takes, to be cleared: keys, then values. */
export function layerPlans({ headSize, heads }: Pick<KvShape, 'heads' | 'headSize'>, type: KvType, capacity: number, valueRows: ValueRows): readonly TensorPlan[] {
  const byToken: TensorPlan = { type: dataType[type], shape: [headSize, capacity, heads, 1] }
  return [byToken, valueRows === 'by token' ? byToken : { type: dataType[type], shape: [capacity, headSize, heads, 1] }]
}

/** The layers of a store, whose keys and values lie in turn. */
export function layersOf({ tensors }: Pick<PartsStore, 'tensors'>, valueRowsOf: (index: number) => ValueRows): readonly KvLayer[] {
  return Array.from({ length: tensors.length / 2 }, (_, i) => ({ keys: at(tensors, 2 * i), values: at(tensors, 2 * i + 1), valueRows: valueRowsOf(i) }))
}

/** Which places of a layer the tokens of a graph are written to: inputs that change from run to run. */
export interface KvPlaces {
  /** i32 [tokens]: places of the tokens. */
  readonly keys: Tensor
  /** i32 [tokens * d * KV heads]: places of single numbers in a layer's V, in the order KV head, d, token; for layers where V lies by number. */
  readonly values: Tensor
}

/** Adds to the graph: keys and values [d, KV heads, tokens] of new tokens go to their places. */
export function writeKv(graph: GraphBuilder, layer: KvLayer, keys: Tensor, values: Tensor, places: KvPlaces): void {
  const [d, heads, tokens] = keys.shape
  graph.run(graph.setRows(layer.keys, graph.permute(keys, 0, 2, 1, 3), places.keys))
  if (layer.valueRows === 'by token') {
    graph.run(graph.setRows(layer.values, graph.permute(values, 0, 2, 1, 3), places.keys))
    return
  }
  const numbers = layer.values.shape[0] * d * heads
  const single = graph.reshape(layer.values, 1, numbers)
  const ordered = tokens === 1 ? values : graph.dense(graph.permute(values, 1, 2, 0, 3))
  graph.run(graph.setRows(single, graph.reshape(ordered, 1, tokens * d * heads), places.values))
}

/** As `writeKv` for tokens that follow one another from `start` on: V by number is transposed in one copy, and the graph serves this one place. */
export function writeKvRun(graph: GraphBuilder, layer: KvLayer, keys: Tensor, values: Tensor, start: number): void {
  const place = kvPlaces(graph, layer, { start, count: keys.shape[2] })
  graph.run(graph.copy(graph.permute(keys, 0, 2, 1, 3), place.keys))
  graph.run(graph.copy(layer.valueRows === 'by token' ? graph.permute(values, 0, 2, 1, 3) : graph.permute(values, 1, 2, 0, 3), place.values))
}

/** The first `length` places of a layer. */
export function kvWindow(graph: GraphBuilder, layer: KvLayer, length: number): KvLayer {
  return kvPlaces(graph, layer, { start: 0, count: length })
}

/** Some places of a layer: keys [d, count, KV heads], and values likewise or [count, d, KV heads]. */
export function kvPlaces(graph: GraphBuilder, { keys, values, valueRows }: KvLayer, { start, count }: Stretch): KvLayer {
  const [d, , heads] = keys.shape
  const byToken = (x: Tensor): Tensor => graph.view(x, [d, count, heads, 1], [x.strides[1], x.strides[2], x.strides[3]], start * x.strides[1])
  const byNumber = (x: Tensor): Tensor => graph.view(x, [count, d, heads, 1], [x.strides[1], x.strides[2], x.strides[3]], start * elementBytes(x.type))
  return { keys: byToken(keys), values: valueRows === 'by token' ? byToken(values) : byNumber(values), valueRows }
}

/** Its keys for looking at single heads. */
export function residentKeys(kv: Pick<ResidentKv, 'shape' | 'layer'>): KeySource {
  return {
    shape: kv.shape,
    bring: () => Promise.resolve(),
    keys: (graph, layer, head, window) => graph.slice(kvWindow(graph, kv.layer(layer), window).keys, 2, { first: head, count: 1 }),
  }
}

function at(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index]
  if (tensor === undefined) throw new Error('A KV store lost a tensor.')
  return tensor
}
