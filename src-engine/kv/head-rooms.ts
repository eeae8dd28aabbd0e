/** Rooms for keys and values of single KV heads that do not fit memory all at once. */
import type { AttentionOptions, AttentionWay } from '../attention/exact'
import { canAttendHeads } from '../attention/own'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { BlockBytes } from '../reading/block-bytes'
import { BlockRooms } from './block-rooms'
import type { KvLayer } from './layer'
import { RowRooms } from './row-rooms'

/** Fills `into` with blocks of the tokens [from, to), `from` being a multiple of 64. */
export type ReadHead<Into extends BlockBytes> = (from: number, to: number, into: Into) => Promise<void>

/** What comes behind the past. */
export interface HeadTail {
  /** Of the layer, all KV heads. */
  readonly layer: KvLayer
  readonly head: number
  /** Tokens of the past, whole blocks, and of the tail. */
  readonly tokens: { readonly past: number; readonly tail: number }
}

export interface HeadAttention {
  /** First places of the room. */
  readonly window: number
  /** f16 [window, tokens] */
  readonly mask: Tensor
  /** `each` gives each token the bits that it has alone. */
  readonly tokensAre: 'chunk' | 'each'
  readonly options: AttentionOptions
}

export interface HeadRoom {
  /**
   * The first `count` tokens of a head, whole blocks, come to the first places.
   * @throws what reading throws; the reason of `signal`
   */
  bring(count: number, read: ReadHead<BlockBytes>, signal?: AbortSignal): Promise<void>
  /** Adds to the graph: the tail comes to its places. */
  bringTail(graph: GraphBuilder, tail: HeadTail): void
  /** As `attend` of `exact.ts`. @param queries f32 [d, query heads of the KV head, tokens] */
  attend(graph: GraphBuilder, queries: Tensor, attention: HeadAttention): Tensor
  /** f16 [d, window] */
  keys(graph: GraphBuilder, window: number): Tensor
}

export interface HeadRooms {
  readonly bytes: number
  /** @throws RangeError for a room that is not there */
  room(index: number): HeadRoom
  /** Nothing may be under way. */
  free(): void
}

export interface RoomSizes {
  readonly headSize: number
  /** Tokens that a room has places for, whole blocks. */
  readonly places: number
  readonly count: number
  /** Tokens that are read at once, whole blocks, and how many times that. */
  readonly tokensAtOnce: number
  readonly lanes: number
}

/** All places are 0. @throws RangeError if there is not enough memory. */
export function openHeadRooms(backend: Backend, sizes: RoomSizes, way: AttentionWay): HeadRooms {
  const inBlocks = way !== 'plain' && canAttendHeads(backend, sizes.headSize)
  return inBlocks ? new BlockRooms(backend, sizes) : new RowRooms(backend, sizes)
}
