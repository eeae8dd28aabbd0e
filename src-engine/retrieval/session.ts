/**
 * Questions about a text that is kept outside of memory, and their answers. A question looks at the whole text, exactly, and pins what it looked at most.
 * Each token of an answer looks at blocks of its own choice: the first, the recent, the pinned, and those that its queries seem to look for. Nothing is
 * lost for good: what is not chosen now may be by the next token.
 */
import { MassRunner, type TokenSpan } from '../evidence/masses'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { Wanted } from '../model/layers'
import type { Model } from '../model/model'
import type { TailPlaces } from '../model/token-reader'
import type { KeptKv } from '../prefill/kept'
import { pinnedMax, planChoice, scratchSize, wholeTokens } from './budget'
import { chooseForLayer, type ChoiceLimits, type LayerChoice } from './layer-choice'
import { Pins } from './pins'
import { QuestionRunner, type QuestionHooks } from './question-runner'
import { Scratch } from './scratch'
import type { BlockScorer } from './scorer'
import { TextKeys } from './text-keys'
import { TokenRunner } from './token-runner'

interface RetrievalOptions {
  /** Tokens of the text that a token looks at, in memory; twice as many where too much is passed over. */
  readonly budgetTokens: number
  /** Mass that the heads of a layer may pass over, on average, before its budget doubles; Infinity: never. */
  readonly unselectedMax: number
  /** Tokens that may follow the text. */
  readonly behindMax: number
  /** Whether questions pin blocks. */
  readonly pins: boolean
  /** Freed with the session, once that is open. */
  readonly scorer: BlockScorer
  /** Told of all tokens. */
  readonly queries: QueryRows
}

export interface Stepped {
  readonly logits: Float32Array
  readonly passed: Passed
}

interface AskOptions extends Omit<QuestionHooks, 'onMasses'> {
  readonly wanted?: Wanted
}

/** A text of which so many tokens are kept. */
export interface RetrievalText {
  readonly kept: KeptKv
  readonly count: number
}

/** What a token did not look at. */
export interface Passed {
  /** The mass that each head passed over, as estimated, f32 [layers][heads]. */
  readonly unselected: Float32Array
  /** Layers whose budget was doubled. */
  readonly doubled: number
}

export class RetrievalSession {
  readonly #backend: Backend
  readonly #model: Model
  #kept: KeptKv
  readonly #options: RetrievalOptions
  readonly #scratch: Scratch
  readonly #limits: ChoiceLimits
  readonly #pins: Pins
  readonly #questions: QuestionRunner
  readonly #tokens: TokenRunner
  readonly #logits: Float32Array
  /** What the last token looked at, [layer][KV head]. */
  readonly #held: (readonly (readonly number[])[])[] = []
  /** Tokens behind the text's whole blocks. */
  #behind = 0

  private constructor(backend: Backend, model: Model, { kept, count }: RetrievalText, options: RetrievalOptions, scratch: Scratch) {
    this.#backend = backend
    this.#model = model
    this.#kept = kept
    this.#options = options
    this.#scratch = scratch
    const { budgetTokens, unselectedMax, scorer: { choiceTokens } } = options
    this.#limits = { textTokens: wholeTokens(count, choiceTokens), budgetTokens, choiceTokens, unselectedMax }
    this.#pins = new Pins(model.shape.kvHeads, options.pins ? pinnedMax(this.#limits) : 0)
    this.#questions = new QuestionRunner(backend, model, scratch, this.#limits.textTokens, options.queries)
    this.#tokens = new TokenRunner(backend, model, scratch, options.scorer, options.queries)
    this.#logits = new Float32Array(model.shape.vocabulary)
  }

  /** @throws RangeError if there is not enough memory; what `kept` throws */
  static async open(backend: Backend, model: Model, text: RetrievalText, options: RetrievalOptions): Promise<RetrievalSession> {
    const { layers, kvHeads, headSize } = model.shape
    const size = scratchSize(text.count, { ...options, choiceTokens: options.scorer.choiceTokens })
    const scratch = new Scratch(backend, { layers, heads: kvHeads, headSize }, size)
    let session: RetrievalSession | undefined
    try {
      session = new RetrievalSession(backend, model, text, options, scratch)
      await session.#loadRest(text.count)
      return session
    } catch (error) {
      if (session !== undefined) session.#tokens.free()
      scratch.free()
      throw error
    }
  }

  /** Tokens of the text and of what followed it. */
  get length(): number {
    return this.#limits.textTokens + this.#behind
  }

  /** Blocks of single layers and KV heads that were read for tokens. */
  get blocksRead(): number {
    return this.#scratch.blocksRead
  }

  /** Memory that keys and values take, bytes. */
  get kvBytes(): number {
    return this.#scratch.bytes
  }

  /**
   * Reads tokens that look at all that comes before them. Gives the logits [vocabulary] of each that is wanted; undefined if it was stopped, and then
   * nothing was read.
   * @throws RangeError without memory, or where they are too many; what the text throws
   */
  async ask(tokens: readonly number[], { wanted = 'last', ...hooks }: AskOptions = {}): Promise<Float32Array | undefined> {
    this.#expectRoom(tokens.length)
    const found: Float32Array[] = []
    const onMasses = (layer: number, masses: Float32Array): void => {
      found[layer] = masses
    }
    const logits = await this.#questions.run(this.#kept, { tokens, behind: this.#behind, wanted }, { onMasses, ...hooks })
    if (logits === undefined) return undefined
    this.#behind += tokens.length
    this.#pins.add(found, planChoice(this.#limits, this.#behind))
    this.#forget()
    return logits
  }

  /** Reads one more token. Gives the logits [vocabulary] after it, which the next call writes over; undefined if it was stopped. @throws as `ask` */
  async step(token: number, signal?: AbortSignal): Promise<Stepped | undefined> {
    this.#expectRoom(1)
    const { layers, heads } = this.#model.shape
    const unselected = new Float32Array(layers * heads)
    let doubled = 0
    const place = { token, position: this.length, behind: this.#behind }
    const isDone = await this.#tokens.run(place, async (layer, masses) => {
      const choice = await this.#choose(layer, masses)
      unselected.set(choice.passed, layer * heads)
      doubled += choice.isDoubled ? 1 : 0
      return choice
    }, this.#logits, signal)
    if (!isDone) return undefined
    this.#behind++
    this.#pins.end()
    return { logits: this.#logits, passed: { unselected, doubled } }
  }

  /** What follows the text. */
  get tail(): TailPlaces {
    return { layers: this.#scratch, first: this.#limits.textTokens, place: this.#scratch.tailStart }
  }

  /** So many tokens are there now, as in `TokenReader`. @throws RangeError for more than there is room for */
  holds(tokens: number): void {
    const more = tokens - this.length
    if (more > 0) this.#expectRoom(more)
    this.#behind += more
    this.#pins.end()
    this.#forget()
  }

  /** Forgets what came after so many tokens. @throws RangeError for tokens of the text itself */
  rewind(length: number): void {
    const behind = length - this.#limits.textTokens
    if (behind < 0) throw new RangeError('What is forgotten comes after the text.')
    if (behind >= this.#behind) return
    this.#behind = behind
    this.#pins.end()
    this.#forget()
  }

  /** The same text is kept there from now on. */
  keptIn(kept: KeptKv): void {
    this.#kept = kept
  }

  /** As `MassRunner.run`. @throws as it, and what the text throws */
  async masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    const keys = new TextKeys(this.#backend, this.#scratch, this.#kept, this.#limits.textTokens)
    const runner = new MassRunner(this.#backend, keys, this.#model.shape.heads, this.#options.queries)
    try {
      return await runner.run(rows, spans)
    } finally {
      runner.free()
      keys.free()
    }
  }

  /** Gives the memory back. Nothing may be running. */
  close(): void {
    this.#tokens.free()
    this.#scratch.free()
    this.#options.scorer.free()
  }

  /** Brings what a layer's heads look for into memory. */
  async #choose(layer: number, masses: Float32Array): Promise<LayerChoice> {
    const place = { kvHeads: this.#model.shape.kvHeads, pinned: this.#pins.of(layer), held: this.#held[layer] ?? [], behind: this.#behind }
    const choice = chooseForLayer(masses, place, this.#limits)
    await this.#scratch.load(this.#kept, layer, choice.blocks)
    this.#held[layer] = choice.blocks
    if (!choice.isWhole) this.#options.scorer.rest?.except(choice.blocks, choice.passed)
    return choice
  }

  /** The tokens of the text that do not fill a block go behind it. */
  async #loadRest(tokens: number): Promise<void> {
    const { textTokens } = this.#limits
    if (tokens === textTokens) return
    await this.#scratch.loadTail(this.#kept, textTokens, tokens - textTokens)
    this.#behind = tokens - textTokens
  }

  /** What comes of the next tokens does not depend on what was looked at before. */
  #forget(): void {
    this.#scratch.forget()
    this.#held.length = 0
  }

  #expectRoom(tokens: number): void {
    if (tokens < 1 || this.#behind + tokens > this.#scratch.size.tailMax) throw new RangeError(`${tokens} tokens do not fit behind the text.`)
  }
}
