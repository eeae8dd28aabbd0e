import type { TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { windowOf, type KvShape } from '../kv/layer'
import { bytesOf } from '../kv/streamed'
import { mean } from '../mean'
import type { Chunk, ChunkOptions } from '../model/chunk'
import type { Model } from '../model/model'
import type { TailPlaces, TokenReader } from '../model/token-reader'
import { blockTokens } from '../reading/layout'
import type { KeptKv } from '../prefill/kept'
import type { RetrievalTold } from '../protocol'
import { scratchSize, wholeBlocks } from './budget'
import { RetrievalSession, type RetrievalText } from './session'
import { Summaries } from './summaries'
import { summaryBytes } from './summary-layout'
import { SummaryScorer } from './summary-scorer'

export interface RetrievalPlan {
  /** Tokens of the text that a token looks at. */
  readonly budgetTokens: number
  /** Text and what follows it. */
  readonly tokensMax: number
}

interface RetrievalReaderOptions extends RetrievalPlan {
  /** Told of all tokens. */
  readonly queries: QueryRows
  readonly signal: AbortSignal | undefined
}

/**
 * Mass that the heads of a layer may pass over, on average, before its budget doubles: Qwen2.5-Coder-0.5B passes over 6 to 8 % with 12 % of a book
 * (`npm run fidelity`).
 */
const unselectedMax = 0.25

/** Of keys and values of a text's beginning only what tokens look for is in memory; tokens that come in chunks look at all. */
export class RetrievalReader implements TokenReader {
  readonly attention = 'retrieval'
  readonly plan: RetrievalPlan
  /** In whole blocks. */
  readonly textTokens: number
  readonly #session: RetrievalSession
  readonly #summaries: Summaries
  readonly #vocabulary: number
  /** Since the last chunk. */
  #passed = { sum: 0, steps: 0 }

  private constructor(model: Model, plan: RetrievalPlan, textTokens: number, summaries: Summaries, session: RetrievalSession) {
    this.plan = plan
    this.textTokens = textTokens
    this.#summaries = summaries
    this.#session = session
    this.#vocabulary = model.shape.vocabulary
  }

  /** @throws RangeError if there is not enough memory; what the text throws; the reason of `signal` */
  static async open(backend: Backend, model: Model, text: RetrievalText, { queries, signal, ...plan }: RetrievalReaderOptions): Promise<RetrievalReader> {
    const { layers, kvHeads, headSize, heads } = model.shape
    const shape = { layers, heads: kvHeads, headSize }
    const blocks = wholeBlocks(text.count)
    const behindMax = plan.tokensMax - blocks * blockTokens
    const summaries = new Summaries(backend, shape, blocks)
    let scorer: SummaryScorer | undefined
    try {
      await summaries.fill(text.kept, signal)
      scorer = new SummaryScorer(backend, summaries, heads, windowOf(behindMax + blockTokens))
      const options = { budgetTokens: plan.budgetTokens, unselectedMax, behindMax, pins: true, scorer, queries }
      const session = await RetrievalSession.open(backend, model, text, options)
      return new RetrievalReader(model, plan, blocks * blockTokens, summaries, session)
    } catch (error) {
      scorer?.free()
      summaries.free()
      throw error
    }
  }

  get bytes(): number {
    return this.#session.kvBytes + this.#summaries.bytes
  }

  get tail(): TailPlaces {
    return this.#session.tail
  }

  /** What the tokens since the last chunk looked at, and passed over. */
  get told(): RetrievalTold {
    const { sum, steps } = this.#passed
    return { budgetTokens: this.plan.budgetTokens, unselected: steps === 0 ? 0 : sum / steps }
  }

  /** The same tokens are kept there from now on. */
  keptIn(kept: KeptKv): void {
    this.#session.keptIn(kept)
  }

  async reserve(tokens: number): Promise<void> {
    if (tokens > this.plan.tokensMax) throw new RangeError(`There is room for ${this.plan.tokensMax} tokens, not for ${tokens}.`)
  }

  async chunk({ tokens, start, wanted }: Chunk, { signal, onLayer }: ChunkOptions): Promise<Float32Array | undefined> {
    this.#session.rewind(start)
    this.#passed = { sum: 0, steps: 0 }
    return this.#session.ask(tokens, { wanted, ...(signal && { signal }), ...(onLayer && { onLayer }) })
  }

  async step(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    this.#session.rewind(place)
    for (const [i, token] of tokens.entries()) {
      const found = await this.#session.step(token, signal)
      if (found === undefined) return false
      logits.set(found.logits, i * this.#vocabulary)
      this.#passed = { sum: this.#passed.sum + mean(found.passed.unselected), steps: this.#passed.steps + 1 }
    }
    return true
  }

  masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    return this.#session.masses(rows, spans)
  }

  holds(tokens: number): void {
    this.#session.holds(tokens)
  }

  watchesOthers(): void {
    // Each graph is built when it is computed.
  }

  free(): void {
    this.#session.close()
    this.#summaries.free()
  }
}

/** Memory that this takes, bytes: what tokens look at, and the summaries of all. */
export function retrievalBytes(shape: KvShape, count: number, { budgetTokens, tokensMax }: RetrievalPlan): number {
  const blocks = wholeBlocks(count)
  const { slots, tailMax } = scratchSize(count, { budgetTokens, choiceTokens: blockTokens, unselectedMax, behindMax: tokensMax - blocks * blockTokens })
  return bytesOf(shape, slots * blockTokens + windowOf(tailMax)) + summaryBytes(shape, blocks)
}
