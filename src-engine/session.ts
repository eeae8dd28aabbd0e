/**
 * What a model has read, and how it goes on from there. Bringing a session to another text computes only what differs.
 */
import { fastestOn, type AttentionWay } from './attention/exact'
import type { KvBudget } from './attention/mode'
import type { TextPlan } from './beginning'
import { commonLength } from './common-length'
import { ContextExceededError } from './context-exceeded'
import { checkHeads, type Head } from './evidence/heads'
import type { TokenSpan } from './evidence/masses'
import { QueryRows } from './evidence/queries'
import type { Backend } from './ggml/backend'
import type { KvType } from './kv/layer'
import type { Stretch } from './model/chunk'
import type { Model } from './model/model'
import type { ModelShape } from './model/shape'
import { stepTokensMax } from './model/linear'
import { blockTokens } from './prefill/extent'
import type { GrowingKv, KeptKv } from './prefill/kept'
import { loadTail, saveTail, type KeptTail } from './prefill/tail-copy'
import { prefillChunk, type AttentionMode, type RetrievalTold } from './protocol'
import { ReadText } from './read-text'
import { Readers } from './readers'
import { stopReason } from './stop-reason'

/** What a session can hold, and how it computes. */
export interface SessionOptions {
  /** Tokens that the session can hold; at most and by default what the model was made for. */
  readonly contextMax?: number
  /** How keys and values are kept in memory; f16 by default, f32 for comparing. */
  readonly kvType?: KvType
  /** Tokens that are computed together while a text is read; `prefillChunk` by default. */
  readonly chunkTokens?: number
  /** By default what is fastest where the model is computed. */
  readonly attention?: AttentionWay
}

/** How a session is brought to a text, and who hears of it. */
export interface SyncOptions {
  /** Heard within a layer of a chunk. */
  readonly signal?: AbortSignal
  /** Tokens read by now, of those that have to be read; several times a second. */
  readonly onProgress?: (done: number, total: number) => void
  /** Logits [vocabulary] of each token that is computed; costs time, for measuring. */
  readonly onLogits?: (position: number, logits: Float32Array) => void
  /** Whose rows `evidence` will be asked about: these heads, from a token of this text on and in all steps that follow. */
  readonly watch?: { readonly heads: readonly Head[]; readonly from: number }
  /** Keys and values that this model computed before: of the text's beginning they are taken over and count as reused. */
  readonly kept?: KeptKv
  /** The same of what follows that in this text: it is only looked at while the call lasts. */
  readonly keptTail?: KeptTail
  /** What keys and values may take of the computer's memory; by default all that it takes to hold them there. */
  readonly budget?: KvBudget
}

/** What it took to bring a session to a text; both together are its tokens. */
export interface SyncResult {
  /** Tokens that were there already. */
  readonly reused: number
  /** Tokens that were computed. */
  readonly prefilled: number
}

/** One text in view of an engine's model. Whoever computes with it waits for each call to end before the next. */
export class Session {
  /** Tokens that it can hold. */
  readonly contextMax: number
  readonly #readers: Readers
  readonly #queries: QueryRows
  readonly #backend: Backend
  readonly #shape: ModelShape
  readonly #chunkTokens: number
  readonly #onClose: () => void
  /** Logits [vocabulary, tokens] of the last steps. */
  #stepLogits = new Float32Array(0)
  readonly #text = new ReadText()
  #closed = false

  /** By `Engine.open`. @throws RangeError or DeviceError if there is not enough memory */
  constructor(backend: Backend, model: Model, { contextMax, kvType = 'f16', chunkTokens = prefillChunk, attention = fastestOn(backend.placement) }: SessionOptions, onClose: () => void) {
    const { shape } = model
    this.contextMax = Math.min(contextMax ?? shape.contextMax, shape.contextMax)
    this.#backend = backend
    this.#shape = shape
    this.#queries = new QueryRows(backend, shape.headSize)
    this.#readers = new Readers(backend, model, { attention, queries: this.#queries, kvType, contextMax: this.contextMax })
    this.#chunkTokens = chunkTokens
    this.#onClose = onClose
  }

  /** What has been read. */
  get tokens(): readonly number[] {
    return this.#text.tokens
  }

  /** How it attends to what has been read. */
  get attention(): AttentionMode {
    return this.#readers.current.attention
  }

  /** What the steps since then passed over; undefined where they looked at all. */
  get retrieval(): RetrievalTold | undefined {
    return this.#readers.retrieval
  }

  /** Logits [vocabulary] after the last token; the next call writes over them. @throws Error where they are not known: nothing was read, or it was rewound */
  get logits(): Float32Array {
    const { logits } = this.#text
    if (logits === undefined) throw new Error('No token was read yet.')
    return logits
  }

  /**
   * Brings the session to exactly these tokens, of which there is at least one, and `logits` to the last. The longest common beginning is
   * kept. After a stop, complete chunks stay read.
   * @throws ContextExceededError; KvBudgetError where the budget is too small for any way; RangeError without memory, for no tokens or for heads that the model
   * does not have; DeviceError; what `kept` and `keptTail` throw; the reason of `signal`
   */
  async sync(tokens: readonly number[], options: SyncOptions = {}): Promise<SyncResult> {
    const { signal, onProgress, onLogits, watch = { heads: [], from: 0 }, kept, keptTail, budget } = options
    if (tokens.length === 0) throw new RangeError('A session cannot be brought to an empty text.')
    if (tokens.length > this.contextMax) throw new ContextExceededError(tokens.length, this.contextMax)
    checkHeads(watch.heads, this.#shape)
    if (this.#queries.watch(watch.heads, watch.from)) this.#readers.current.watchesOthers()
    await this.#begin({ tokens, kept, budget }, signal)
    if (keptTail !== undefined) await this.#takeOver(tokens, keptTail, signal)
    // What is read but whose queries are wanted and were not kept is read again.
    const common = this.#queries.firstMissing(this.#text.common(tokens))
    if (common === tokens.length && this.#goTo(common)) return { reused: common, prefilled: 0 }
    // The last token is computed in any case: its logits are wanted.
    const reused = Math.min(common, tokens.length - 1)
    const total = tokens.length - reused
    this.rewind(reused)
    this.#text.forgetLogits()
    for (let start = reused; start < tokens.length; start += this.#chunkTokens) {
      const part = tokens.slice(start, start + this.#chunkTokens)
      const last = start + part.length === tokens.length
      const wanted = onLogits ? 'all' : last ? 'last' : 'none'
      const onLayer = (done: number, layers: number): void =>
        onProgress?.(start - reused + Math.floor((part.length * done) / layers), total)
      const logits = await this.#readers.current.chunk({ tokens: part, start, wanted }, { onLayer, ...(signal && { signal }) })
      if (logits === undefined) throw stopReason(signal)
      this.#text.add(part, last ? logits.slice(logits.length - this.#shape.vocabulary) : undefined)
      if (onLogits) emitLogits(logits, part.length, start, onLogits)
    }
    this.#text.remember()
    return { reused, prefilled: total }
  }

  /**
   * Reads one more token; gives the logits [vocabulary] after it, which the next call writes over.
   * @throws as `sync`; a stopped token does not count as read
   */
  async step(token: number, signal?: AbortSignal): Promise<Float32Array> {
    await this.steps([token], signal)
    return this.logits
  }

  /**
   * Reads some more tokens, at most `stepTokensMax`, together, each with the kernels of a single step; gives the logits [vocabulary] after each.
   * Where the weights' kernels too add in one order however many tokens there are, they are those of single steps bit for bit.
   * @throws as `step`; RangeError for none, or for too many
   */
  async steps(tokens: readonly number[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const place = this.#text.length
    const size = this.#shape.vocabulary
    if (tokens.length === 0 || tokens.length > stepTokensMax) throw new RangeError(`${tokens.length} tokens are not a step.`)
    if (place + tokens.length > this.contextMax) throw new ContextExceededError(place + tokens.length, this.contextMax)
    this.#text.forgetLogits()
    const reader = this.#readers.current
    await reader.reserve(place + tokens.length, 'ahead')
    if (this.#stepLogits.length < size * tokens.length) this.#stepLogits = new Float32Array(size * tokens.length)
    if (!(await reader.step(tokens, place, this.#stepLogits.subarray(0, size * tokens.length), signal))) throw stopReason(signal)
    const each = tokens.map((_, i) => this.#stepLogits.subarray(i * size, (i + 1) * size))
    this.#text.add(tokens, each.at(-1))
    return each
  }

  /** Forgets what was read from place `length` on, as drafted tokens that were not said. */
  rewind(length: number): void {
    if (length >= this.#text.length) return
    this.#text.cut(length)
    this.#queries.forget(length)
  }

  /**
   * How much the watched heads looked from the rows of some tokens at spans of tokens: for each head in the order of `watch` and each span,
   * the sum over the rows of their softmax mass, [heads][spans]. Nothing else may be running.
   * @throws RangeError for rows that are not read or not watched
   */
  async evidence(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    if (rows.end > this.#text.length) throw new RangeError(`Token ${rows.end - 1} is not read.`)
    return this.#readers.current.masses(rows, spans)
  }

  /**
   * Keeps what was read from `start` on, where the text ends that others keep. Nothing else may be running.
   * @param keptTail of these very tokens, in whole blocks. @throws what it throws
   */
  async keepTail(keptTail: KeptTail<GrowingKv>): Promise<void> {
    await saveTail(this.#backend, this.#shape, keptTail, this.#text.tokens, this.#readers.current.tail)
  }

  /** Memory that keys and values of the tokens take, bytes. */
  get kvBytes(): number {
    return this.#readers.current.bytes
  }

  /**
   * Milliseconds that each of these layers takes to read a stretch of tokens at its place, whatever the session holds; that is forgotten.
   * @throws as `sync`
   */
  async time(stretch: Stretch, layers: readonly number[], signal?: AbortSignal): Promise<readonly number[]> {
    this.rewind(0)
    const { kv, chunks } = await this.#readers.resident(stretch.start + stretch.count)
    const milliseconds = await chunks.time(kv, stretch, layers, signal)
    if (milliseconds === undefined) throw stopReason(signal)
    return milliseconds
  }

  /** Gives the memory back. Nothing may be running. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#readers.free()
    this.#onClose()
  }

  /** To a place that is read, where the logits are known; false where they are not. */
  #goTo(length: number): boolean {
    if (length === this.#text.length && this.#text.logits !== undefined) return true
    if (!this.#text.remembers(length)) return false
    this.rewind(length)
    this.#text.goBack()
    return true
  }

  /** Makes room, and takes over what is kept of a beginning of the text, where the session holds less of it. */
  async #begin({ tokens, kept, budget }: Omit<TextPlan, 'held'>, signal: AbortSignal | undefined): Promise<void> {
    const text: TextPlan = { tokens, kept, budget, held: this.#text.common(tokens) }
    const beginning = this.#readers.beginning(text)
    if (beginning !== undefined) {
      this.rewind(0)
      await this.#readers.begin(beginning, signal)
      this.#text.add(tokens.slice(0, beginning.taken))
    }
    await this.#readers.current.reserve(this.#readers.tokensMax(text), budget === undefined ? 'ahead' : 'exact')
  }

  /** What is kept of tokens that come after those that are there. */
  async #takeOver(tokens: readonly number[], keptTail: KeptTail, signal: AbortSignal | undefined): Promise<void> {
    const { start, kept } = keptTail
    const held = this.#queries.firstMissing(this.#text.common(tokens))
    const end = this.#queries.firstMissing(Math.min(start + commonLength(kept.tokens, tokens.slice(start)), tokens.length - 1))
    if (held < start || end <= held) return
    this.rewind(held)
    const from = Math.floor(held / blockTokens) * blockTokens
    await loadTail(this.#backend, this.#shape, keptTail, { start: from, count: end - from }, this.#readers.current.tail, signal)
    this.#readers.current.holds(end)
    this.#text.add(tokens.slice(held, end))
  }
}

function emitLogits(logits: Float32Array, count: number, start: number, emit: (position: number, logits: Float32Array) => void): void {
  const size = logits.length / count
  for (let i = 0; i < count; i++) emit(start + i, logits.subarray(i * size, (i + 1) * size))
}
