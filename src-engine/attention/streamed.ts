/**
 * A layer whose keys and values come head by head is computed in pieces: its front, up to the queries; attention of each KV head, once its past is there;
 * its back, from what all of them found. Each piece is a graph, and what goes from one to the next lies in a store.
 */
import type { GraphBuilder, Slice } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { HeadAttention, HeadRoom, HeadTail } from '../kv/head-rooms'
import { writeKvRun, type KvLayers } from '../kv/layer'
import type { LayerCache } from '../model/model'
import type { AttentionOptions } from './exact'

/** What goes from the pieces of a layer to the next. */
export interface LayerBetween {
  /** f32 [d, query heads of a KV head, kept] for each KV head. */
  readonly queries: readonly Tensor[]
  /** f32 [d * query heads, kept] */
  readonly found: Tensor
}

export interface FrontPlace {
  readonly tail: KvLayers
  /** Of the first token in the tail. */
  readonly start: number
  readonly positions: Tensor
  readonly kept: Slice
}

/** Writes keys and values to the tail, and the queries down, where somebody wants what they find: nothing is found yet. */
export function frontCache(graph: GraphBuilder, between: LayerBetween | undefined, { tail, start, positions, kept }: FrontPlace): LayerCache {
  return {
    positions,
    write: (layer, keys, values) => writeKvRun(graph, tail.layer(layer), keys, values, start),
    attend(_layer, queries) {
      between?.queries.forEach((own, head) => {
        const wanted = graph.slice(graph.slice(queries, 2, kept), 1, { first: head * own.shape[1], count: own.shape[1] })
        graph.run(graph.copy(wanted, own))
      })
      return undefined
    },
    keep: (x) => x,
  }
}

/** Goes on from what was found. */
export function backCache(graph: GraphBuilder, { found }: LayerBetween, { positions, kept }: Pick<FrontPlace, 'positions' | 'kept'>): LayerCache {
  return { positions, write: () => undefined, attend: () => found, keep: (x) => graph.slice(x, 1, kept) }
}

export interface HeadPlace extends Omit<HeadAttention, 'options'> {
  /** Of this head alone, the past being there. */
  readonly room: HeadRoom
  readonly tail: HeadTail
  /** Which of the kept tokens attend. */
  readonly part: Slice
  readonly attention: AttentionOptions
}

/** Adds to the graph: the tail comes behind the past, and what the queries of a KV head find there goes to its place. */
export function attendHead(graph: GraphBuilder, { queries, found }: LayerBetween, { room, tail, part, attention, ...place }: HeadPlace): void {
  const own = queries[tail.head]
  if (own === undefined) throw new RangeError(`There is no KV head ${tail.head}.`)
  room.bringTail(graph, tail)
  const result = room.attend(graph, graph.slice(own, 2, part), { ...place, options: attention })
  const [size, count] = result.shape
  const [step, column] = found.strides
  const rows = graph.view(found, [size, count, 1, 1], [column, column * count, column * count], tail.head * size * step + part.first * column)
  graph.run(graph.copy(result, rows))
}
