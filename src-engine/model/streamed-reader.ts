import type { AttentionWay } from '../attention/exact'
import { MassRunner, type TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { PastInPlace } from '../kv/past-in-place'
import { streamedKeys, type StreamedKv } from '../kv/streamed'
import type { Chunk, ChunkOptions } from './chunk'
import type { Model } from './model'
import { StepRunners } from './step-runners'
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
  /** Steps that need nothing brought; none where there are no kernels for that. */
  readonly #inPlace: { readonly past: PastInPlace; readonly steps: StepRunners } | undefined
  readonly #masses: MassRunner

  /** @param kv becomes the reader's */
  constructor(backend: Backend, model: Model, kv: StreamedKv, { attention, queries }: StreamedOptions) {
    this.kv = kv
    this.#runner = new StreamedRunner(backend, model, attention, queries)
    const past = attention === 'plain' ? undefined : PastInPlace.open(backend, kv)
    this.#inPlace = past && { past, steps: new StepRunners(backend, model, past, { attention, queries }) }
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
    if (this.#inPlace?.past.find() === true) {
      const { past, steps } = this.#inPlace
      const isDone = await steps.run(tokens, place, logits, signal)
      // Where it failed, what brings heads says what is wrong with the file, if it still is.
      if (!past.failed) return isDone
    }
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
    this.#inPlace?.steps.forget()
  }

  free(): void {
    this.#masses.free()
    this.#runner.free()
    this.#inPlace?.steps.free()
    this.#inPlace?.past.free()
    this.kv.free()
  }
}
