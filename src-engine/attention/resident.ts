/**
 * The cache of a graph over keys and values in memory. Two kinds: for a run of tokens at one place, and for steps, whose places are an input,
 * so that the graph serves many of them.
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { kvWindow, writeKv, writeKvRun, type KvLayer, type KvPlaces, type ResidentKv } from '../kv/resident'
import type { LayerCache } from '../model/model'
import { attend, attendEach, type AttentionWay } from './exact'

const minusInfinity = 0xfc00

/** Columns of a chunk whose results are wanted; all layers but the last keep every one. */
export interface Kept {
  readonly first: number
  readonly count: number
}

export interface RunPlace {
  readonly start: number
  /** Places of the cache that the chunk looks at, its own among them. */
  readonly window: number
  readonly positions: Tensor
  /** f16 [window, tokens] */
  readonly mask: Tensor
  readonly kept: Kept
  readonly way: AttentionWay
}

export interface StepPlace {
  /** Places of the cache that the tokens look at, their own among them. */
  readonly window: number
  readonly positions: Tensor
  readonly places: KvPlaces
  /** f16 [window, tokens] */
  readonly mask: Tensor
  readonly way: AttentionWay
}

export function runCache(graph: GraphBuilder, kv: ResidentKv, { start, window, positions, mask, kept, way }: RunPlace): LayerCache {
  return {
    positions,
    write: (layer, keys, values) => writeKvRun(graph, layerOf(kv, layer), keys, values, start),
    attend(layer, queries) {
      if (kept.count === 0) return undefined
      return attend(graph, columns(graph, queries, 2, kept), kvWindow(graph, layerOf(kv, layer), window), columns(graph, mask, 1, kept), way)
    },
    keep: (x) => columns(graph, x, 1, kept),
  }
}

export function stepCache(graph: GraphBuilder, kv: ResidentKv, { window, positions, places, mask, way }: StepPlace): LayerCache {
  return {
    positions,
    write: (layer, keys, values) => writeKv(graph, layerOf(kv, layer), keys, values, places),
    attend: (layer, queries) => attendEach(graph, queries, kvWindow(graph, layerOf(kv, layer), window), mask, way),
    keep: (x) => x,
  }
}

/** f16 [window, tokens]: token i, at place start + i, sees the places up to its own. */
export function causalMask(window: number, start: number, tokens: number): Uint16Array {
  const mask = new Uint16Array(window * tokens)
  for (let i = 0; i < tokens; i++) mask.fill(minusInfinity, i * window + start + i + 1, (i + 1) * window)
  return mask
}

/** Fills `places` with the places of single numbers in a layer's V [capacity, d, KV heads] for `tokens` tokens from `place` on, as `KvPlaces` wants them. */
export function fillValuePlaces(places: Int32Array, capacity: number, place: number, tokens: number): void {
  for (let i = 0; i < places.length; i++) places[i] = Math.floor(i / tokens) * capacity + place + (i % tokens)
}

/** The slices `kept` of x along one dimension, all others whole. */
function columns(graph: GraphBuilder, x: Tensor, dimension: 1 | 2, { first, count }: Kept): Tensor {
  if (first === 0 && count === x.shape[dimension]) return x
  const [size0, size1, size2, size3] = x.shape
  const [, stride1, stride2, stride3] = x.strides
  const offset = first * x.strides[dimension]
  return graph.view(x, dimension === 1 ? [size0, count, size2, size3] : [size0, size1, count, size3], [stride1, stride2, stride3], offset)
}

function layerOf(kv: ResidentKv, index: number): KvLayer {
  const layer = kv.layers[index]
  if (layer === undefined) throw new RangeError(`The cache has no layer ${index}.`)
  return layer
}
