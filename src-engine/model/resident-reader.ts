import type { AttentionWay } from '../attention/exact'
import { pastInMemory } from '../attention/resident'
import { MassRunner, type TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { KvType } from '../kv/layer'
import { ResidentKv, residentKeys } from '../kv/resident'
import { ChunkRunner, type Chunk, type ChunkOptions } from './chunk'
import type { Model } from './model'
import { StepRunners } from './step-runners'
import type { TailPlaces, TokenReader } from './token-reader'

interface ResidentOptions {
  readonly attention: AttentionWay
  readonly queries: QueryRows
  readonly kvType: KvType
  /** Tokens that there is room for at once. */
  readonly tokens: number
  /** Tokens that it will ever have to hold. */
  readonly tokensMax: number
}

/** All keys and values are in memory. */
export class ResidentReader implements TokenReader {
  readonly attention = 'resident'
  readonly kv: ResidentKv
  readonly chunks: ChunkRunner
  readonly #steps: StepRunners
  readonly #masses: MassRunner

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, model: Model, { attention, queries, kvType, tokens, tokensMax }: ResidentOptions) {
    const { layers, heads, kvHeads, headSize } = model.shape
    this.kv = new ResidentKv(backend, { layers, heads: kvHeads, headSize }, kvType, tokensMax, tokens)
    this.chunks = new ChunkRunner(backend, model, attention, queries)
    this.#steps = new StepRunners(backend, model, pastInMemory(this.kv), { attention, queries })
    this.#masses = new MassRunner(backend, residentKeys(this.kv), heads, queries)
  }

  get bytes(): number {
    return this.kv.bytes
  }

  get tail(): TailPlaces {
    return { layers: this.kv, first: 0, place: 0 }
  }

  async reserve(tokens: number, room: 'exact' | 'ahead'): Promise<void> {
    if (tokens > this.kv.capacity && await this.kv.reserve(room === 'exact' ? tokens : Math.max(tokens, 2 * this.kv.capacity))) this.watchesOthers()
  }

  chunk(chunk: Chunk, options: ChunkOptions): Promise<Float32Array | undefined> {
    return this.chunks.run(this.kv, chunk, options)
  }

  step(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    return this.#steps.run(tokens, place, logits, signal)
  }

  masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    return this.#masses.run(rows, spans)
  }

  holds(): void {
    // Who reads on says after how many.
  }

  watchesOthers(): void {
    this.#steps.forget()
  }

  free(): void {
    this.#masses.free()
    this.chunks.free()
    this.#steps.free()
    this.kv.free()
  }
}
