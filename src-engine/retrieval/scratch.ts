/**
 * The memory that a retrieving model attends to, one of these for each layer: blocks of the text in slots, and behind them what follows the text.
 *
 *   K  [d, slots + tail, KV heads]     V  [slots + tail, d, KV heads]
 *
 * Blocks are in the last slots, so that they and the tail are one window, whose places for a text that fits wholly are those of exact attention.
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { kvPlaces, windowOf, type KvLayer, type KvLayers, type KvShape } from '../kv/layer'
import { ResidentKv } from '../kv/resident'
import { inLanes } from '../lanes'
import { blockTokens, extentBytes } from '../prefill/extent'
import { loadBlock, loadExtent } from '../prefill/extent-copy'
import type { KeptKv } from '../prefill/kept'
import type { ChoiceTokens } from './budget'
import { piecesOf } from './slot-pieces'
import { Slots } from './slots'

export interface ScratchSize {
  /** Blocks of the text that are looked at, at most. */
  readonly slots: number
  /** Tokens of each. */
  readonly slotTokens: ChoiceTokens
  /** Tokens behind the text. */
  readonly tailMax: number
}

export class Scratch implements KvLayers {
  readonly shape: KvShape
  readonly size: ScratchSize
  readonly #backend: Backend
  readonly #kv: ResidentKv
  /** Of each KV head, what blocks are read into before they come to their slots: tokens that each had new memory kept the collector of garbage busy. */
  readonly #read: Uint8Array[]
  /** [layer][KV head] */
  readonly #slots: readonly (readonly Slots[])[]
  #blocksRead = 0

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, size: ScratchSize) {
    const tokens = size.slots * size.slotTokens + windowOf(size.tailMax)
    this.shape = shape
    this.size = size
    this.#backend = backend
    this.#kv = new ResidentKv(backend, shape, 'f16', tokens, tokens)
    this.#read = Array.from({ length: shape.heads }, () => new Uint8Array(0))
    this.#slots = Array.from({ length: shape.layers }, () => Array.from({ length: shape.heads }, () => new Slots(size.slots)))
  }

  get bytes(): number {
    return this.#kv.bytes
  }

  /** Blocks that were read since it was opened, each of one layer and KV head. */
  get blocksRead(): number {
    return this.#blocksRead
  }

  /** Where the tail begins. */
  get tailStart(): number {
    return this.size.slots * this.size.slotTokens
  }

  get capacity(): number {
    return this.#kv.capacity
  }

  layer(index: number): KvLayer {
    return this.#kv.layer(index)
  }

  /** The last `active` slots of a layer and `tail` places behind them: keys [d, n, KV heads], values [n, d, KV heads]. */
  window(graph: GraphBuilder, layer: number, active: number, tail: number): KvLayer {
    const { slots, slotTokens } = this.size
    return kvPlaces(graph, this.layer(layer), { start: (slots - active) * slotTokens, count: active * slotTokens + tail })
  }

  /** Keys [d, tail, KV heads] behind the text. */
  tailKeys(graph: GraphBuilder, layer: number, tail: number): Tensor {
    return this.window(graph, layer, 0, tail).keys
  }

  /** Brings the chosen blocks of each KV head of a layer, ascending and of each the same number, into the last slots. @throws what `kept` throws */
  async load(kept: Pick<KeptKv, 'readBlocks'>, layer: number, chosen: readonly (readonly number[])[]): Promise<void> {
    try {
      await inLanes(chosen.map((blocks, head) => ({ blocks, head })), chosen.length, ({ blocks, head }) => this.#loadHead(kept, layer, head, blocks))
    } catch (error) {
      for (const slots of this.#slots[layer] ?? []) slots.forget()
      throw error
    }
  }

  /** Brings `count` tokens of a text, from a multiple of 64 on, to where the tail begins. @throws what `kept` throws */
  async loadTail(kept: Pick<KeptKv, 'readLayer'>, start: number, count: number): Promise<void> {
    const extent = new Uint8Array(extentBytes(this.shape, count))
    for (let layer = 0; layer < this.shape.layers; layer++) {
      await kept.readLayer(layer, start, start + count, extent)
      loadExtent(this.#backend, extent, this.layer(layer), { start: this.tailStart, count })
    }
  }

  /** Of the blocks nothing counts as loaded any more: what comes of the next tokens does not depend on what was looked at before. */
  forget(): void {
    for (const slots of this.#slots.flat()) slots.forget()
  }

  free(): void {
    this.#kv.free()
  }

  async #loadHead(kept: Pick<KeptKv, 'readBlocks'>, layer: number, head: number, chosen: readonly number[]): Promise<void> {
    const loads = this.#slots[layer]?.[head]?.assign(chosen) ?? []
    if (loads.length === 0) return
    const bytes = extentBytes({ ...this.shape, heads: 1 }, blockTokens)
    const { blocks, pieces } = piecesOf(loads, this.size.slotTokens)
    const into = this.#room(head, blocks.length * bytes)
    await kept.readBlocks(layer, head, blocks, into)
    this.#blocksRead += blocks.length
    for (const { index, place, ...piece } of pieces) {
      loadBlock(this.#backend, into.subarray(index * bytes, (index + 1) * bytes), this.layer(layer), { head, place }, piece)
    }
  }

  /** So many bytes, which a KV head has until it reads again. */
  #room(head: number, bytes: number): Uint8Array {
    const found = this.#read[head]
    const room = found !== undefined && found.length >= bytes ? found : new Uint8Array(bytes)
    this.#read[head] = room
    return room.subarray(0, bytes)
  }
}
