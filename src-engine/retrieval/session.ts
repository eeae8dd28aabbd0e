/**
 * Questions about a text that is kept outside of memory, and their answers. A question looks at the whole text, exactly, and pins what it looked at most.
 * Each token of an answer looks at blocks of its own choice: the first, the recent, the pinned, and those that its queries seem to look for. Nothing is
 * lost for good: what is not chosen now may be by the next token.
 */
import type { Backend } from '../ggml/backend'
import type { Model } from '../model/model'
import { blocksOf, extentBytes } from '../prefill/extent'
import { ExtentCopy } from '../prefill/extent-copy'
import type { KeptKv } from '../prefill/kept'
import { blockTokens } from '../reading/layout'
import { stopReason } from '../stop-reason'
import type { KeptBlocks } from './blocks'
import { budgetBlocks, pinnedMax, planChoice, type Budget } from './budget'
import { bestBlocks, chooseBlocks, mostOfHeads, unselectedMasses } from './choice'
import { QuestionRunner } from './question-runner'
import { Scratch } from './scratch'
import type { BlockScorer } from './scorer'
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
  /** Freed with the session. */
  readonly scorer: BlockScorer
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

export type KeptText = KeptKv & KeptBlocks

export class RetrievalSession {
  readonly #backend: Backend
  readonly #model: Model
  readonly #kept: KeptText
  readonly #options: RetrievalOptions
  readonly #scratch: Scratch
  readonly #budget: Budget
  readonly #questions: QuestionRunner
  readonly #tokens: TokenRunner
  readonly #logits: Float32Array
  /** [layer][KV head] */
  #pinned: readonly (readonly (readonly number[])[])[] = []
  #behind = 0

  private constructor(backend: Backend, model: Model, kept: KeptText, options: RetrievalOptions, scratch: Scratch) {
    this.#backend = backend
    this.#model = model
    this.#kept = kept
    this.#options = options
    this.#scratch = scratch
    this.#budget = { textTokens: wholeBlocks(kept) * blockTokens, budgetTokens: options.budgetTokens }
    this.#questions = new QuestionRunner(backend, model, scratch, this.#budget.textTokens)
    this.#tokens = new TokenRunner(backend, model, scratch, options.scorer)
    this.#logits = new Float32Array(model.shape.vocabulary)
  }

  /** @throws RangeError if there is not enough memory; what `kept` throws */
  static async open(backend: Backend, model: Model, kept: KeptText, options: RetrievalOptions): Promise<RetrievalSession> {
    const { layers, kvHeads, headSize } = model.shape
    const times = options.unselectedMax === Infinity ? 1 : 2
    const size = { slots: Math.min(wholeBlocks(kept), times * budgetBlocks(options)), tailMax: blockTokens + options.behindMax }
    const scratch = new Scratch(backend, { layers, heads: kvHeads, headSize }, size)
    const session = new RetrievalSession(backend, model, kept, options, scratch)
    await session.#loadRest()
    return session
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
   * Reads tokens that look at all that comes before them. Gives the logits [vocabulary] after the last.
   * @throws RangeError without memory, or where they are too many; what the text throws; the reason of `signal`, and then nothing was read
   */
  async ask(tokens: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    this.#expectRoom(tokens.length)
    const pinned: (readonly (readonly number[])[])[] = []
    const onMasses = (layer: number, masses: Float32Array): void => {
      pinned[layer] = this.#options.pins ? this.#pinsOf(masses, tokens.length) : []
    }
    const logits = await this.#questions.run(this.#kept, { tokens, behind: this.#behind }, { onMasses, ...(signal && { signal }) })
    if (logits === undefined) throw stopReason(signal)
    this.#behind += tokens.length
    this.#pinned = pinned
    this.#scratch.forget()
    return logits
  }

  /** Reads one more token. Gives the logits [vocabulary] after it, which the next call writes over. @throws as `ask` */
  async step(token: number, signal?: AbortSignal): Promise<{ readonly logits: Float32Array; readonly passed: Passed }> {
    this.#expectRoom(1)
    const { layers, heads } = this.#model.shape
    const unselected = new Float32Array(layers * heads)
    let doubled = 0
    const place = { token, position: this.length, behind: this.#behind }
    const isDone = await this.#tokens.run(place, async (layer, masses) => {
      const { active, passed, isDoubled } = await this.#choose(layer, masses)
      unselected.set(passed, layer * heads)
      doubled += isDoubled ? 1 : 0
      return active
    }, this.#logits, signal)
    if (!isDone) throw stopReason(signal)
    this.#behind++
    return { logits: this.#logits, passed: { unselected, doubled } }
  }

  /** Forgets what came after so many tokens. @throws RangeError for tokens of the text itself */
  rewind(length: number): void {
    const behind = length - this.#budget.textTokens
    if (behind < 0) throw new RangeError('What is forgotten comes after the text.')
    this.#behind = Math.min(this.#behind, behind)
    this.#scratch.forget()
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
  #pinsOf(masses: Float32Array, tokens: number): readonly (readonly number[])[] {
    const { heads, kvHeads } = this.#model.shape
    const { blocks, recent } = planChoice(this.#budget, this.#behind + tokens)
    const group = heads / kvHeads
    return Array.from({ length: kvHeads }, (_, kvHead) => {
      const most = mostOfHeads(masses.subarray(kvHead * group * blocks, (kvHead + 1) * group * blocks), blocks)
      return bestBlocks(most.fill(0, 0, 1).fill(0, Math.max(0, blocks - recent)), pinnedMax(this.#options))
    })
  }

  /** The tokens of the text that do not fill a block go behind it. */
  async #loadRest(): Promise<void> {
    const { layers, kvHeads, headSize } = this.#model.shape
    const { textTokens } = this.#budget
    const count = this.#kept.tokens.length - textTokens
    if (count === 0) return
    const shape = { heads: kvHeads, headSize }
    const copy = new ExtentCopy(this.#backend, shape, blockTokens)
    const extent = new Uint8Array(extentBytes(shape, count))
    for (let layer = 0; layer < layers; layer++) {
      await this.#kept.readLayer(layer, textTokens, textTokens + count, extent)
      copy.load(extent, this.#scratch.layer(layer), { start: this.#scratch.tailStart, count })
    }
    this.#behind = count
  }

  #expectRoom(tokens: number): void {
    if (tokens < 1 || this.#behind + tokens > this.#scratch.size.tailMax) throw new RangeError(`${tokens} tokens do not fit behind the text.`)
  }
}

/** Blocks that the tokens of a text fill. */
const wholeBlocks = ({ tokens }: KeptKv): number => (tokens.length % blockTokens === 0 ? blocksOf(tokens.length) : blocksOf(tokens.length) - 1)

const mean = (numbers: Float32Array): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
