/**
 * Keys and values that do not fit memory. Those of the text's beginning, its past, are kept outside and brought in head by head (`room-plan.ts`); those of
 * all tokens that follow, its tail, are in memory.
 */
import type { AttentionWay } from '../attention/exact'
import type { KeySource } from '../evidence/masses'
import type { Backend } from '../ggml/backend'
import type { Stretch } from '../model/chunk'
import { blockTokens } from '../prefill/extent'
import { ExtentLoader, type ExtentSource } from '../prefill/extent-loader'
import type { KeptKv } from '../prefill/kept'
import type { BlocksInFile } from '../reading/blocks-in-file'
import { openHeadRooms, type HeadRoom, type HeadRooms } from './head-rooms'
import { windowOf, type KvShape } from './layer'
import { ResidentKv } from './resident'
import { headBytes, planRooms, roomBytesMin, roomOf, type RoomPlan } from './room-plan'

export interface StreamedPlan {
  /** Tokens of the past, whole blocks. */
  readonly past: number
  /** Tokens that the tail has room for. */
  readonly tail: number
  readonly rooms: RoomPlan
}

interface StreamedNeeds {
  /** Tokens whose keys and values are kept outside. */
  readonly kept: number
  /** Tokens, these among them, that there will be at most. */
  readonly tokensMax: number
}

interface StreamedPlace {
  readonly shape: KvShape
  readonly attention: AttentionWay
}

/** Stretches of a text under way: where they are moved, one is put into place while the other is read. */
const lanes = 2
/** Tokens of a stretch of one KV head: two megabytes of values for GLM-4-9B's, which are moved, where they are, while they are in the processor's cache. */
const headTokensAtOnce = 8_192

/** Tails are so many tokens long, or multiples of it, where there is memory for that: the next questions of a conversation find room. */
const tailStep = 2_048

/** What fits the bytes, or how many it takes at least. */
export function planStreamed(shape: KvShape, { kept, tokensMax }: StreamedNeeds, bytes: number): StreamedPlan | { readonly bytesMin: number } {
  const past = Math.floor(kept / blockTokens) * blockTokens
  const least = windowOf(tokensMax - past)
  for (const tail of [Math.ceil(least / tailStep) * tailStep, least]) {
    const rooms = planRooms(shape, past + tail, bytes - bytesOf(shape, tail))
    if (rooms !== undefined) return { past, tail, rooms }
  }
  return { bytesMin: bytesOf(shape, least) + roomBytesMin(shape, past + least) }
}

/** Keys and values of all layers over so many places, bytes. */
export function bytesOf(shape: KvShape, places: number): number {
  return shape.layers * shape.heads * headBytes(shape, places)
}

export class StreamedKv {
  readonly shape: KvShape
  readonly plan: StreamedPlan
  /** Its first place is that of the first token after the past. */
  readonly tail: ResidentKv
  readonly #rooms: HeadRooms
  /** Whose past is in each room, by index in the order of computing. */
  readonly #held: (number | undefined)[] = []
  #kept: KeptKv

  /** @throws RangeError if there is not enough memory. */
  private constructor(backend: Backend, { shape, attention }: StreamedPlace, plan: StreamedPlan, kept: KeptKv, tail: ResidentKv) {
    const { past, rooms: { places, staying, passing } } = plan
    const tokensAtOnce = Math.min(headTokensAtOnce, windowOf(past))
    this.shape = shape
    this.plan = plan
    this.tail = tail
    this.#rooms = openHeadRooms(backend, { headSize: shape.headSize, places, count: staying + passing, tokensAtOnce, lanes }, attention)
    this.#kept = kept
  }

  /**
   * With what is kept of the first `count` tokens, at least those of the past.
   * @throws RangeError if there is not enough memory; what `kept` throws; the reason of `signal`
   */
  static async open(backend: Backend, place: StreamedPlace, plan: StreamedPlan, kept: KeptKv, count: number, signal?: AbortSignal): Promise<StreamedKv> {
    const tail = new ResidentKv(backend, place.shape, 'f16', plan.tail, plan.tail)
    try {
      await fillTail(backend, tail, kept, { start: plan.past, count: count - plan.past }, signal)
      return new StreamedKv(backend, place, plan, kept, tail)
    } catch (error) {
      tail.free()
      throw error
    }
  }

  get tokensMax(): number {
    return this.plan.past + this.plan.tail
  }

  get bytes(): number {
    return this.#rooms.bytes + this.tail.bytes
  }

  /** The same tokens are kept there from now on. */
  keptIn(kept: KeptKv): void {
    this.#kept = kept
  }

  /** The room of the head with this index in the order of computing. */
  room(index: number): HeadRoom {
    return this.#rooms.room(roomOf(this.plan.rooms, index))
  }

  /**
   * Brings the past of a head into its room, unless it is there. One at a time.
   * @throws what is thrown by what keeps it; the reason of `signal`
   */
  async bring(index: number, signal?: AbortSignal): Promise<void> {
    const room = roomOf(this.plan.rooms, index)
    if (this.#held[room] === index) return
    this.#held[room] = undefined
    const [layer, head] = this.#place(index)
    await this.room(index).bring(this.plan.past, (from, to, into) => this.#kept.readHead(layer, head, from, to, into), signal)
    this.#held[room] = index
  }

  /** Whether the past of a head is in its room. */
  isThere(index: number): boolean {
    return this.#held[roomOf(this.plan.rooms, index)] === index
  }

  /** Where the past of a head lies in a file; undefined if it has to be brought. */
  inFile(index: number): BlocksInFile | undefined {
    return this.#kept.blocksInFile?.(...this.#place(index), this.plan.past)
  }

  free(): void {
    this.#rooms.free()
    this.tail.free()
  }

  /** Layer and KV head. */
  #place(index: number): readonly [number, number] {
    return [Math.floor(index / this.shape.heads), index % this.shape.heads]
  }
}

/** Its keys for looking at single heads. Nothing may pass through its rooms meanwhile. */
export function streamedKeys(kv: StreamedKv): KeySource {
  return {
    shape: kv.shape,
    bring: (layer, head) => kv.bring(layer * kv.shape.heads + head),
    keys(graph, layer, head, window) {
      const room = kv.room(layer * kv.shape.heads + head)
      room.bringTail(graph, { layer: kv.tail.layer(layer), head, tokens: { past: kv.plan.past, tail: window - kv.plan.past } })
      return room.keys(graph, window)
    },
  }
}

/** The kept tokens that fill no block of the past. */
async function fillTail(backend: Backend, tail: ResidentKv, kept: KeptKv, { start, count }: Stretch, signal: AbortSignal | undefined): Promise<void> {
  if (count === 0) return
  const sources = tail.layers.map((into, layer): ExtentSource =>
    ({ into, read: (from, to, extent) => kept.readLayer(layer, start + from, start + to, extent) }))
  const loader = new ExtentLoader(backend, tail.shape, windowOf(count), lanes)
  await loader.bring(sources, count, signal).finally(() => loader.free())
}
