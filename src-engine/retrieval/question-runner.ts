/**
 * Tokens that ask about a text look at all of it, exactly: layer by layer its keys and values come into memory, as while it was read. Their own go behind
 * the text in the scratch, and on which blocks of the text their masses fall is told.
 */
import { fastestOn } from '../attention/exact'
import { MassRunner, type TokenSpan } from '../evidence/masses'
import { bothWatch, QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { joined } from '../joined'
import { kvPlaces, windowOf, type KvLayer } from '../kv/layer'
import { residentKeys } from '../kv/resident'
import { LayerRunner, type Wanted } from '../model/layers'
import type { Model } from '../model/model'
import { extentTokens } from '../prefill/extent'
import { ExtentLoader } from '../prefill/extent-loader'
import type { KeptKv } from '../prefill/kept'
import { LayerRooms } from '../prefill/layer-rooms'
import { MovingMask } from '../prefill/moving-mask'
import { stretches } from '../prefill/stretches'
import { SuperChunk } from '../prefill/super-chunk'
import { prefillChunk } from '../protocol'
import type { Scratch } from './scratch'

/** Extents of the text that are under way. */
const lanes = 4

export interface Question {
  readonly tokens: readonly number[]
  /** Tokens behind the text that come before them. */
  readonly behind: number
  readonly wanted: Wanted
}

export interface QuestionHooks {
  /** Of each layer: the sum over the tokens of each head's mass on each block of the text, f32 [heads][blocks]. */
  onMasses(layer: number, masses: Float32Array): void
  readonly signal?: AbortSignal
  /** Called after each layer. */
  readonly onLayer?: (done: number, layers: number) => void
}

export class QuestionRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #scratch: Scratch
  /** Of the text, whole blocks. */
  readonly #textTokens: number
  readonly #watched: QueryRows

  constructor(backend: Backend, model: Model, scratch: Scratch, textTokens: number, watched: QueryRows) {
    this.#backend = backend
    this.#model = model
    this.#scratch = scratch
    this.#textTokens = textTokens
    this.#watched = watched
  }

  /**
   * Logits [vocabulary] of each wanted token, one after the other; undefined if it was stopped.
   * @throws RangeError without memory; what `kept` throws; the reason of `signal`
   */
  async run(kept: KeptKv, { tokens, behind, wanted }: Question, { onMasses, signal, onLayer }: QuestionHooks): Promise<Float32Array | undefined> {
    const { layers, kvHeads, headSize, heads, width } = this.#model.shape
    const shape = { layers, heads: kvHeads, headSize }
    const start = this.#textTokens + behind
    const end = start + tokens.length
    const owned: { free(): void }[] = []
    const own = <T extends { free(): void }>(each: T): T => (owned.push(each), each)
    try {
      const rooms = own(new LayerRooms(this.#backend, shape, end))
      const mask = own(new MovingMask(this.#backend, end, Math.min(prefillChunk, tokens.length)))
      const superChunk = own(new SuperChunk(this.#backend, width, tokens.length, mask))
      const queries = new QueryRows(this.#backend, headSize)
      const runner = own(new LayerRunner(this.#backend, this.#model, fastestOn(this.#backend.placement), bothWatch(this.#watched, queries)))
      const masses = own(new MassRunner(this.#backend, residentKeys({ shape, layer: (index) => rooms.layer(index) }), heads, queries))
      const loader = own(new ExtentLoader(this.#backend, shape, Math.min(extentTokens, windowOf(this.#textTokens)), lanes))
      const blocks: TokenSpan[] = stretches(0, this.#textTokens, this.#scratch.size.slotTokens)
        .map((each) => ({ start: each.start, end: each.start + each.count }))
      superChunk.fill(tokens, start)
      await this.#model.weights.lookUp(tokens)
      const all: Float32Array[] = []
      for (let layer = 0; layer < layers; layer++) {
        queries.watch(Array.from({ length: heads }, (_, head) => ({ layer, head })), start)
        await loader.load(kept, rooms, [layer], this.#textTokens, signal)
        await this.#move(this.#scratch.layer(layer), this.#scratch.tailStart, rooms.layer(layer), this.#textTokens, behind)
        for (const chunk of stretches(start, end, prefillChunk)) {
          const own = wanted === 'last' && chunk.start + chunk.count < end ? 'none' : wanted
          const part = { first: layer, count: 1, start: chunk.start, wanted: own }
          const logits = await runner.run(rooms, (graph) => superChunk.inputs(graph, chunk), part, signal)
          if (logits === undefined) return undefined
          all.push(logits)
        }
        onMasses(layer, await masses.run({ start, end }, blocks))
        await this.#move(rooms.layer(layer), start, this.#scratch.layer(layer), this.#scratch.tailStart + behind, tokens.length)
        onLayer?.(layer + 1, layers)
      }
      return joined(all, Float32Array)
    } finally {
      for (const each of owned) each.free()
    }
  }

  /** Copies keys and values of some places. */
  async #move(from: KvLayer, fromPlace: number, to: KvLayer, toPlace: number, count: number): Promise<void> {
    if (count === 0) return
    const graph = this.#backend.graph(8)
    const workspace = this.#backend.workspace()
    const [source, target] = [kvPlaces(graph, from, { start: fromPlace, count }), kvPlaces(graph, to, { start: toPlace, count })]
    graph.run(graph.copy(source.keys, target.keys))
    graph.run(graph.copy(source.values, target.values))
    workspace.place(graph)
    await this.#backend.run(graph)
    workspace.free()
    graph.free()
  }
}
