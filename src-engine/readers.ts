/** Who reads a session's tokens: with all keys and values in memory, or with those of a reading streamed, as the budget and the text ask for. */
import type { AttentionWay } from './attention/exact'
import { chooseAttention, type KvBudget } from './attention/mode'
import { commonLength } from './common-length'
import type { QueryRows } from './evidence/queries'
import type { Backend } from './ggml/backend'
import { layersOnDevices } from './ggml/placement'
import { KvBudgetError } from './kv/budget-error'
import { windowOf, type KvShape, type KvType } from './kv/layer'
import { bytesOf, planStreamed, StreamedKv, type StreamedPlan } from './kv/streamed'
import type { Model } from './model/model'
import { ResidentReader } from './model/resident-reader'
import { StreamedReader } from './model/streamed-reader'
import type { TokenReader } from './model/token-reader'
import type { RetrievalTold } from './protocol'
import { extentTokens } from './prefill/extent'
import { ExtentLoader } from './prefill/extent-loader'
import type { KeptKv } from './prefill/kept'
import { blockTokens } from './reading/layout'
import { retrievalBytes, RetrievalReader, type RetrievalPlan } from './retrieval/reader'

/** Extents that are under way while kept keys and values come in. */
const loadLanes = 4

interface ReadersOptions {
  readonly attention: AttentionWay
  readonly queries: QueryRows
  readonly kvType: KvType
  readonly contextMax: number
}

export interface TextPlan {
  readonly tokens: readonly number[]
  /** How many of them the current reader holds. */
  readonly held: number
  readonly kept: KeptKv | undefined
  readonly budget: KvBudget | undefined
}

/** How a text is begun anew; `taken` tokens of it come from what is kept. */
export type Beginning =
  | { readonly attention: 'resident'; readonly taken: number; readonly tokensMax: number; readonly kept: KeptKv | undefined; readonly reader: 'current' | 'new' }
  | { readonly attention: 'streamed'; readonly taken: number; readonly plan: StreamedPlan; readonly kept: KeptKv }
  | { readonly attention: 'retrieval'; readonly taken: number; readonly plan: RetrievalPlan; readonly kept: KeptKv }

type RetrievalBudget = KvBudget & { readonly selectedTokens: number }
type AnyReader = ResidentReader | StreamedReader | RetrievalReader

export class Readers {
  readonly #backend: Backend
  readonly #model: Model
  readonly #options: ReadersOptions
  readonly #shape: KvShape
  #current: AnyReader

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, model: Model, options: ReadersOptions) {
    const { layers, kvHeads, headSize } = model.shape
    this.#backend = backend
    this.#model = model
    this.#options = options
    this.#shape = { layers, heads: kvHeads, headSize }
    this.#current = this.#resident(0)
  }

  get current(): TokenReader {
    return this.#current
  }

  /** What was not looked at since the last chunk; undefined where all was. */
  get retrieval(): RetrievalTold | undefined {
    return this.#current instanceof RetrievalReader ? this.#current.told : undefined
  }

  /**
   * How the text is begun; undefined where the current reader goes on from what it holds.
   * @throws KvBudgetError if the budget is too small even for streaming
   */
  beginning(text: TextPlan): Beginning | undefined {
    const { tokens, held, kept, budget } = text
    const tokensMax = this.tokensMax(text)
    const common = kept === undefined ? 0 : commonLength(kept.tokens, tokens)
    // What is watched is computed here, and so is the last token.
    const taken = this.#options.queries.firstMissing(Math.min(common, tokens.length - 1))
    if (kept !== undefined && this.#retrieves(taken, budget)) return this.#retrieving({ ...text, kept, budget }, taken)
    const allBytes = this.#processorBytes(windowOf(tokensMax))
    if (budget === undefined || chooseAttention(allBytes, budget.bytes) === 'resident') {
      const room = this.#roomFor(tokensMax, budget)
      if (common <= held && room !== 'none') return undefined
      return { attention: 'resident', taken: common, tokensMax, kept, reader: room === 'there' ? 'current' : 'new' }
    }
    const current = this.#current
    if (kept !== undefined && this.#goesOnStreamed(current, text, common)) {
      current.kv.keptIn(kept)
      return undefined
    }
    const plan = planStreamed(this.#shape, { kept: taken, tokensMax }, budget.bytes)
    if (kept === undefined || 'bytesMin' in plan) throw new KvBudgetError(budget.bytes, 'bytesMin' in plan ? Math.min(plan.bytesMin, allBytes) : allBytes)
    return { attention: 'streamed', taken, plan, kept }
  }

  /** Begins a text anew: whatever was held is lost. @throws RangeError if there is not enough memory; what `kept` throws; the reason of `signal` */
  async begin(beginning: Beginning, signal: AbortSignal | undefined): Promise<void> {
    if (beginning.attention === 'streamed') {
      const { plan, kept, taken } = beginning
      await this.#replace(async () => {
        const kv = await StreamedKv.open(this.#backend, this.#shape, plan, kept, taken, signal)
        return new StreamedReader(this.#backend, this.#model, kv, this.#options)
      })
      return
    }
    if (beginning.attention === 'retrieval') {
      const { plan, kept, taken } = beginning
      await this.#replace(() => RetrievalReader.open(this.#backend, this.#model, { kept, count: taken }, { ...plan, queries: this.#options.queries, signal }))
      return
    }
    const { kept, taken, tokensMax, reader } = beginning
    if (reader === 'new') await this.#replace(() => this.#resident(tokensMax))
    if (kept === undefined || taken === 0 || !(this.#current instanceof ResidentReader)) return
    const { kv } = this.#current
    const loader = new ExtentLoader(this.#backend, this.#shape, Math.min(extentTokens, windowOf(taken)), loadLanes)
    await loader.load(kept, kv, kv.layers.map((_, layer) => layer), taken, signal).finally(() => loader.free())
  }

  /** One with all in memory; what was held may be lost. @throws RangeError if there is not enough memory */
  async resident(tokensMax: number): Promise<ResidentReader> {
    const found = this.#current
    if (found instanceof ResidentReader) {
      await found.reserve(tokensMax, 'exact')
      return found
    }
    found.free()
    const reader = this.#resident(0)
    this.#current = reader
    await reader.reserve(tokensMax, 'exact')
    return reader
  }

  /** Tokens that there will be at most. */
  tokensMax({ tokens, budget }: TextPlan): number {
    return Math.max(tokens.length, Math.min(budget?.tokensMax ?? 0, this.#options.contextMax))
  }

  free(): void {
    this.#current.free()
  }

  /** Whether so much of a kept text is more than what tokens may look at. Devices beside the processor look at all. */
  #retrieves(taken: number, budget: KvBudget | undefined): budget is RetrievalBudget {
    return this.#options.attention !== 'fused' && budget?.selectedTokens !== undefined && Math.floor(taken / blockTokens) * blockTokens > budget.selectedTokens
  }

  /** @throws KvBudgetError if that is too small */
  #retrieving({ tokens, held, kept, budget }: TextPlan & { readonly kept: KeptKv; readonly budget: RetrievalBudget }, taken: number): Beginning | undefined {
    const plan = { budgetTokens: budget.selectedTokens, tokensMax: this.tokensMax({ tokens, held, kept, budget }) }
    const bytes = retrievalBytes(this.#shape, taken, plan)
    if (bytes > budget.bytes) throw new KvBudgetError(budget.bytes, bytes)
    const current = this.#current
    if (current instanceof RetrievalReader && current.plan.budgetTokens === plan.budgetTokens && current.plan.tokensMax >= plan.tokensMax) {
      const { textTokens } = current
      if (textTokens === Math.floor(taken / blockTokens) * blockTokens && textTokens <= this.#options.queries.firstMissing(Math.min(held, tokens.length - 1))) {
        current.keptIn(kept)
        return undefined
      }
    }
    return { attention: 'retrieval', taken, plan, kept }
  }

  /** What keys and values over so many places take of the computer's memory: a device has room for those of its layers since it was given them. */
  #processorBytes(places: number): number {
    return bytesOf({ ...this.#shape, layers: this.#shape.layers - layersOnDevices(this.#backend.placement) }, places)
  }

  /** Whether the current reader has room for so many tokens in memory, or can make it, without taking more than the budget on the way. */
  #roomFor(tokensMax: number, budget: KvBudget | undefined): 'there' | 'can-grow' | 'none' {
    if (!(this.#current instanceof ResidentReader)) return 'none'
    const { kv } = this.#current
    const fits = tokensMax <= kv.capacity
    const bytes = this.#processorBytes(kv.capacity) + (fits ? 0 : this.#processorBytes(windowOf(tokensMax)))
    if (budget !== undefined && bytes > budget.bytes) return 'none'
    return fits ? 'there' : 'can-grow'
  }

  /** Whether the past of the current reader is that of the text, and takes no more than the budget. */
  #goesOnStreamed(current: TokenReader, text: TextPlan, common: number): current is StreamedReader {
    const { tokens, held, budget } = text
    if (!(current instanceof StreamedReader) || budget === undefined) return false
    const { kv } = current
    const isThere = kv.plan.past <= Math.min(common, this.#options.queries.firstMissing(Math.min(held, tokens.length - 1)))
    return isThere && kv.tokensMax >= this.tokensMax(text) && kv.bytes <= budget.bytes
  }

  #resident(tokens: number): ResidentReader {
    const { contextMax, ...options } = this.#options
    return new ResidentReader(this.#backend, this.#model, { ...options, tokens, tokensMax: contextMax })
  }

  /** The memory of one reader is given back before the next takes its own. */
  async #replace(open: () => AnyReader | Promise<AnyReader>): Promise<void> {
    this.#current.free()
    try {
      this.#current = await open()
    } catch (error) {
      this.#current = this.#resident(0)
      throw error
    }
  }
}
