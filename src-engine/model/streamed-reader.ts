import type { AttentionWay } from '../attention/exact'
import { MassRunner, type TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { streamedKeys, type StreamedKv } from '../kv/streamed'
import type { Chunk, ChunkOptions } from './chunk'
import type { Model } from './model'
import { StreamedRunner } from './streamed-runner'
import type { TailPlaces, TokenReader } from './token-reader'

interface StreamedOptions {
  readonly attention: AttentionWay
  readonly queries: QueryRows
}

/** Keys and values of a text's beginning come from where they are kept, those of the tokens that follow are in memory. */
export class StreamedReader implements TokenReader {
  readonly attention = 'streamed'
  readonly kv: StreamedKv
  readonly #runner: StreamedRunner
  readonly #masses: MassRunner

  /** @param kv becomes the reader's */
  constructor(backend: Backend, model: Model, kv: StreamedKv, { attention, queries }: StreamedOptions) {
    this.kv = kv
    this.#runner = new StreamedRunner(backend, model, attention, queries)
    this.#masses = new MassRunner(backend, streamedKeys(kv), model.shape.heads, queries)
  }

  get bytes(): number {
    return this.kv.bytes
  }

  get tail(): TailPlaces {
    return { layers: this.kv.tail, first: this.kv.plan.past, place: 0 }
  }

  async reserve(tokens: number): Promise<void> {
    if (tokens > this.kv.tokensMax) throw new RangeError(`There is room for ${this.kv.tokensMax} tokens, not for ${tokens}.`)
  }

  chunk(chunk: Chunk, options: ChunkOptions): Promise<Float32Array | undefined> {
    return this.#runner.run(this.kv, { ...chunk, tokensAre: 'chunk' }, options)
  }

  async step(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    const found = await this.#runner.run(this.kv, { tokens, start: place, wanted: 'all', tokensAre: 'each' }, signal === undefined ? {} : { signal })
    if (found !== undefined) logits.set(found)
    return found !== undefined
  }

  masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    return this.#masses.run(rows, spans)
  }

  holds(): void {
    // Who reads on says after how many.
  }

  watchesOthers(): void {
    // Each graph is built when it is computed.
  }

  free(): void {
    this.#masses.free()
    this.#runner.free()
    this.kv.free()
  }
}
