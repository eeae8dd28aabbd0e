import type { AttentionWay } from '../attention/exact'
import { MassRunner, type TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { KvType } from '../kv/layer'
import { ResidentKv, residentKeys } from '../kv/resident'
import { ChunkRunner, type Chunk, type ChunkOptions } from './chunk'
import type { Model } from './model'
import { StepRunner } from './step'
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
  /** By the number of tokens that they take together. */
  readonly #steps = new Map<number, StepRunner>()
  readonly #stepRunner: (count: number) => StepRunner
  readonly #masses: MassRunner

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, model: Model, { attention, queries, kvType, tokens, tokensMax }: ResidentOptions) {
    const { layers, heads, kvHeads, headSize } = model.shape
    this.kv = new ResidentKv(backend, { layers, heads: kvHeads, headSize }, kvType, tokensMax, tokens)
    this.chunks = new ChunkRunner(backend, model, attention, queries)
    this.#stepRunner = (count) => new StepRunner(backend, model, this.kv, { attention, queries, count })
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
    const runner = this.#steps.get(tokens.length) ?? this.#stepRunner(tokens.length)
    this.#steps.set(tokens.length, runner)
    return runner.run(tokens, place, logits, signal)
  }

  masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    return this.#masses.run(rows, spans)
  }

  holds(): void {
    // Who reads on says after how many.
  }

  watchesOthers(): void {
    for (const runner of this.#steps.values()) runner.forget()
  }

  free(): void {
    this.#masses.free()
    this.chunks.free()
    for (const runner of this.#steps.values()) runner.free()
    this.kv.free()
  }
}
