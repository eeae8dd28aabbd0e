/**
 * The cache of a graph over keys and values in memory. Two kinds: for a run of tokens at one place, and for steps, whose places are an input,
 * so that the graph serves many of them.
 */
import type { GraphBuilder, Slice } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import { kvWindow, writeKv, writeKvRun, type KvLayer, type KvLayers, type KvPlaces } from '../kv/layer'
import type { LayerCache } from '../model/model'
import type { ChunkMask } from './chunk-mask'
import { attend, attendEach, type AttentionOptions } from './exact'

const minusInfinity = 0xfc00

interface RunPlace {
  readonly start: number
  /** Places of the cache that the chunk looks at, its own among them. */
  readonly window: number
  readonly positions: Tensor
  readonly mask: ChunkMask
  /** Columns whose results are wanted; all layers but the last keep every one. */
  readonly kept: Slice
  readonly attention: AttentionOptions
}

/** What the queries of steps look at. */
export interface StepQueries {
  /** Places of the text, their own among them. */
  readonly window: number
  /** [window, tokens], of `stepMaskType` */
  readonly mask: Tensor
  readonly options: AttentionOptions
}

/** What tokens are written to and look at. */
export interface StepPast {
  readonly tail: KvLayers & { readonly layers: readonly KvLayer[]; readonly capacity: number }
  /** The place in the text of the tail's first. */
  readonly first: number
  /** What queries [d, heads, tokens] find, each token by itself: [d * heads, tokens]. */
  attend(graph: GraphBuilder, layer: number, queries: Tensor, place: StepQueries): Tensor
  /** Whether some of what the last graph looked at did not come: what it found is of no use. */
  readonly failed?: boolean
}

interface StepPlace extends StepQueries {
  /** Of the tokens in the text. */
  readonly positions: Tensor
  /** Where they go in the tail. */
  readonly places: KvPlaces
}

export function runCache(graph: GraphBuilder, kv: KvLayers, { start, window, positions, mask, kept, attention }: RunPlace): LayerCache {
  return {
    positions,
    write: (layer, keys, values) => writeKvRun(graph, kv.layer(layer), keys, values, start),
    attend(layer, queries) {
      const [d, heads, tokens] = queries.shape
      const parts = kept.count === tokens ? mask.parts : [kept]
      const attended = (part: Slice): Tensor =>
        attend(graph, graph.slice(queries, 2, part), kvWindow(graph, kv.layer(layer), window), mask.of(graph, part), attention)
      if (kept.count === 0) return undefined
      if (parts.length === 1) return attended(kept)
      const all = graph.input(dataType.f32, d * heads, tokens)
      for (const part of parts) graph.run(graph.copy(attended(part), graph.slice(all, 1, part)))
      return all
    },
    keep: (x) => graph.slice(x, 1, kept),
  }
}

/** All of the text is in memory. */
export function pastInMemory(kv: StepPast['tail']): StepPast {
  return {
    tail: kv,
    first: 0,
    attend: (graph, layer, queries, { window, mask, options }) => attendEach(graph, queries, kvWindow(graph, kv.layer(layer), window), mask, options),
  }
}

export function stepCache(graph: GraphBuilder, past: StepPast, { positions, places, ...queriesOf }: StepPlace): LayerCache {
  return {
    positions,
    write: (layer, keys, values) => writeKv(graph, past.tail.layer(layer), keys, values, places),
    attend: (layer, queries) => past.attend(graph, layer, queries, queriesOf),
    keep: (x) => x,
  }
}

/** f16 [window, tokens]: token i, at place start + i, sees the places up to its own. */
export function causalMask(window: number, start: number, tokens: number): Uint16Array {
  const mask = new Uint16Array(window * tokens)
  for (let i = 0; i < tokens; i++) fillCausalRow(mask.subarray(i * window, (i + 1) * window), start + i)
  return mask
}

/** A row of such a mask: what the token at `place` sees. */
export function fillCausalRow(row: Uint16Array, place: number): Uint16Array {
  return row.fill(0, 0, place + 1).fill(minusInfinity, place + 1)
}

/** Fills `places` with the places of single numbers in a layer's V [capacity, d, KV heads] for `tokens` tokens from `place` on, as `KvPlaces` wants them. */
export function fillValuePlaces(places: Int32Array, capacity: number, place: number, tokens: number): void {
  for (let i = 0; i < places.length; i++) places[i] = Math.floor(i / tokens) * capacity + place + (i % tokens)
}
