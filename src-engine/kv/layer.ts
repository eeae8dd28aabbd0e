/**
 * Keys and values of a layer in memory, grouped: what belongs to one KV head lies together.
 *
 *   K             [d, capacity, KV heads]   a row is the key of one token
 *   V by number   [capacity, d, KV heads]   a row is one number of all values: the sum over tokens reads memory in order
 *   V by token    [d, capacity, KV heads]   a row is the value of one token, as the fused attention of graphics devices wants it
 */
import type { GraphBuilder } from '../ggml/graph'
import { deviceOf, type Placement } from '../ggml/placement'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
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

/** Windows of the cache end at multiples of this. */
const windowStep = 64

/** Places that a cache of so many tokens has, or that its last token looks at. */
export function windowOf(tokens: number): number {
  return Math.ceil(tokens / windowStep) * windowStep
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

function at(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index]
  if (tensor === undefined) throw new Error('A KV store lost a tensor.')
  return tensor
}
