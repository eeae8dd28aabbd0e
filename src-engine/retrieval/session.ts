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
import { extentBytes } from '../prefill/extent'
import { loadExtent } from '../prefill/extent-copy'
import type { KeptKv } from '../prefill/kept'
import { blockTokens } from '../reading/layout'
import { budgetBlocks, pinnedMax, planChoice, type Budget } from './budget'
import { bestBlocks, chooseBlocks, mostOfHeads, unselectedMasses } from './choice'
import { QuestionRunner, type QuestionHooks } from './question-runner'
import { Scratch, type ScratchSize } from './scratch'
import type { BlockScorer } from './scorer'
import { TextKeys } from './text-keys'
import { TokenRunner } from './token-runner'

export interface RetrievalOptions {
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

export interface AskOptions extends Omit<QuestionHooks, 'onMasses'> {
  readonly wanted?: Wanted
}

/** A text of which so many tokens are kept. */
export interface RetrievalText {
  readonly kept: KeptKv
  readonly count: number
}

interface Chosen {
  /** For each KV head, ascending. */
  readonly blocks: readonly (readonly number[])[]
  /** How many of each KV head. */
  readonly active: number
  /** The mass that each query head passes over. */
  readonly passed: Float32Array
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
  readonly #budget: Budget
  readonly #questions: QuestionRunner
  readonly #tokens: TokenRunner
  readonly #logits: Float32Array
  /** Of the tokens of a question, which may come in parts: each layer's masses f32 [heads][blocks]. */
  #questionMasses: Float32Array[] = []
  /** [layer][KV head] */
  #pinned: readonly (readonly (readonly number[])[])[] = []
  #behind = 0

  private constructor(backend: Backend, model: Model, { kept, count }: RetrievalText, options: RetrievalOptions, scratch: Scratch) {
    this.#backend = backend
    this.#model = model
    this.#kept = kept
    this.#options = options
    this.#scratch = scratch
    this.#budget = { textTokens: wholeBlocks(count) * blockTokens, budgetTokens: options.budgetTokens }
    this.#questions = new QuestionRunner(backend, model, scratch, this.#budget.textTokens, options.queries)
    this.#tokens = new TokenRunner(backend, model, scratch, options.scorer, options.queries)
    this.#logits = new Float32Array(model.shape.vocabulary)
  }

  /** @throws RangeError if there is not enough memory; what `kept` throws */
  static async open(backend: Backend, model: Model, text: RetrievalText, options: RetrievalOptions): Promise<RetrievalSession> {
    const { layers, kvHeads, headSize } = model.shape
    const scratch = new Scratch(backend, { layers, heads: kvHeads, headSize }, sizeOf(text.count, options))
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
    return this.#budget.textTokens + this.#behind
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
      const before = this.#questionMasses[layer]
      found[layer] = before === undefined ? masses : masses.map((mass, i) => mass + (before[i] ?? 0))
    }
    const logits = await this.#questions.run(this.#kept, { tokens, behind: this.#behind, wanted }, { onMasses, ...hooks })
    if (logits === undefined) return undefined
    this.#behind += tokens.length
    this.#questionMasses = found
    this.#pinned = this.#options.pins ? found.map((masses) => this.#pinsOf(masses)) : []
    this.#scratch.forget()
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
      const { blocks, active, passed, isDoubled } = await this.#choose(layer, masses)
      unselected.set(passed, layer * heads)
      doubled += isDoubled ? 1 : 0
      const isWhole = active === this.#budget.textTokens / blockTokens
      if (!isWhole) this.#options.scorer.rest?.except(blocks)
      return { active, isWhole }
    }, this.#logits, signal)
    if (!isDone) return undefined
    this.#behind++
    this.#questionMasses = []
    return { logits: this.#logits, passed: { unselected, doubled } }
  }

  /** What follows the text. */
  get tail(): TailPlaces {
    return { layers: this.#scratch, first: this.#budget.textTokens, place: this.#scratch.tailStart }
  }

  /** So many tokens are there now, as in `TokenReader`. @throws RangeError for more than there is room for */
  holds(tokens: number): void {
    const more = tokens - this.length
    if (more > 0) this.#expectRoom(more)
    this.#behind += more
    this.#questionMasses = []
    this.#scratch.forget()
  }

  /** Forgets what came after so many tokens. @throws RangeError for tokens of the text itself */
  rewind(length: number): void {
    const behind = length - this.#budget.textTokens
    if (behind < 0) throw new RangeError('What is forgotten comes after the text.')
    if (behind >= this.#behind) return
    this.#behind = behind
    this.#questionMasses = []
    this.#scratch.forget()
  }

  /** The same text is kept there from now on. */
  keptIn(kept: KeptKv): void {
    this.#kept = kept
  }

  /** As `MassRunner.run`. @throws as it, and what the text throws */
  async masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    const keys = new TextKeys(this.#backend, this.#scratch, this.#kept, this.#budget.textTokens)
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

  async #choose(layer: number, masses: Float32Array): Promise<Chosen & { readonly isDoubled: boolean }> {
    const once = this.#chosen(layer, masses, 1)
    const isDoubled = mean(once.passed) > this.#options.unselectedMax && once.active < this.#budget.textTokens / blockTokens
    const chosen = isDoubled ? this.#chosen(layer, masses, 2) : once
    await this.#scratch.load(this.#kept, layer, chosen.blocks)
    return { ...chosen, isDoubled }
  }

  /** With so many times the budget. */
  #chosen(layer: number, masses: Float32Array, times: number): Chosen {
    const { heads, kvHeads } = this.#model.shape
    const plan = planChoice(this.#budget, this.#behind, times)
    const passed = new Float32Array(heads)
    const group = heads / kvHeads
    const blocks = Array.from({ length: kvHeads }, (_, kvHead) => {
      const own = masses.subarray(kvHead * group * plan.blocks, (kvHead + 1) * group * plan.blocks)
      const chosen = chooseBlocks(mostOfHeads(own, plan.blocks), plan, this.#pinned[layer]?.[kvHead] ?? [])
      passed.set(unselectedMasses(own, plan.blocks, chosen), kvHead * group)
      return chosen
    })
    return { blocks, passed, active: plan.budget }
  }

  /** For each KV head the blocks that the heads looked at most, of those that are not looked at anyway. */
  #pinsOf(masses: Float32Array): readonly (readonly number[])[] {
    const { heads, kvHeads } = this.#model.shape
    const { blocks, recent } = planChoice(this.#budget, this.#behind)
    const group = heads / kvHeads
    return Array.from({ length: kvHeads }, (_, kvHead) => {
      const most = mostOfHeads(masses.subarray(kvHead * group * blocks, (kvHead + 1) * group * blocks), blocks)
      return bestBlocks(most.fill(0, 0, 1).fill(0, Math.max(0, blocks - recent)), pinnedMax(this.#options))
    })
  }

  /** The tokens of the text that do not fill a block go behind it. */
  async #loadRest(tokens: number): Promise<void> {
    const { layers, kvHeads, headSize } = this.#model.shape
    const { textTokens } = this.#budget
    const count = tokens - textTokens
    if (count === 0) return
    const shape = { heads: kvHeads, headSize }
    const extent = new Uint8Array(extentBytes(shape, count))
    for (let layer = 0; layer < layers; layer++) {
      await this.#kept.readLayer(layer, textTokens, textTokens + count, extent)
      loadExtent(this.#backend, extent, this.#scratch.layer(layer), { start: this.#scratch.tailStart, count })
    }
    this.#behind = count
  }

  #expectRoom(tokens: number): void {
    if (tokens < 1 || this.#behind + tokens > this.#scratch.size.tailMax) throw new RangeError(`${tokens} tokens do not fit behind the text.`)
  }
}

/** What the memory of a session has room for. */
export function sizeOf(count: number, { budgetTokens, unselectedMax, behindMax }: Pick<RetrievalOptions, 'budgetTokens' | 'unselectedMax' | 'behindMax'>): ScratchSize {
  const times = unselectedMax === Infinity ? 1 : 2
  return { slots: Math.min(wholeBlocks(count), times * budgetBlocks({ budgetTokens })), tailMax: blockTokens + behindMax }
}

/** Blocks that so many tokens fill. */
export const wholeBlocks = (tokens: number): number => Math.floor(tokens / blockTokens)

const mean = (numbers: Float32Array): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
