/** How a text is begun, by which reader and with how much of what is kept: decided before anything is read. */
import type { AttentionWay } from './attention/exact'
import { chooseAttention, type KvBudget } from './attention/mode'
import { commonLength } from './common-length'
import type { QueryRows } from './evidence/queries'
import { KvBudgetError } from './kv/budget-error'
import { windowOf, type KvShape } from './kv/layer'
import { bytesOf, planStreamed, type StreamedPlan } from './kv/streamed'
import { ResidentReader } from './model/resident-reader'
import { StreamedReader } from './model/streamed-reader'
import type { KeptKv } from './prefill/kept'
import { blockTokens } from './reading/layout'
import { retrievalBytes, RetrievalReader, type RetrievalPlan } from './retrieval/reader'

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
type RetrievalText = TextPlan & { readonly kept: KeptKv; readonly budget: RetrievalBudget }
export type AnyReader = ResidentReader | StreamedReader | RetrievalReader

/** What texts are begun in, whichever they are. */
export interface BeginningPlace {
  readonly shape: KvShape
  /** Layers whose keys and values take the computer's memory: a device has room for those of its layers since it was given them. */
  readonly processorLayers: number
  readonly attention: AttentionWay
  readonly queries: QueryRows
  readonly contextMax: number
}

/**
 * Undefined where the current reader goes on from what it holds, with what is kept now.
 * @throws KvBudgetError if the budget is too small even for streaming
 */
export function chooseBeginning(text: TextPlan, current: AnyReader, place: BeginningPlace): Beginning | undefined {
  const { tokens, kept, budget } = text
  const tokensMax = tokensMaxOf(text, place)
  const common = kept === undefined ? 0 : commonLength(kept.tokens, tokens)
  // What is watched is computed here, and so is the last token.
  const taken = place.queries.firstMissing(Math.min(common, tokens.length - 1))
  if (kept !== undefined && retrieves(taken, budget, place)) return chooseRetrieval({ ...text, kept, budget }, taken, current, place)
  const allBytes = processorBytes(windowOf(tokensMax), place)
  if (budget === undefined || chooseAttention(allBytes, budget.bytes) === 'resident') {
    const room = roomFor(tokensMax, budget, current, place)
    if (common <= text.held && room !== 'none') return undefined
    return { attention: 'resident', taken: common, tokensMax, kept, reader: room === 'there' ? 'current' : 'new' }
  }
  if (kept !== undefined && goesOnStreamed(text, common, current, place)) return undefined
  const plan = planStreamed(place.shape, { kept: taken, tokensMax }, budget.bytes)
  if (kept === undefined || 'bytesMin' in plan) throw new KvBudgetError(budget.bytes, 'bytesMin' in plan ? Math.min(plan.bytesMin, allBytes) : allBytes)
  return { attention: 'streamed', taken, plan, kept }
}

/** Tokens that there will be at most. */
export function tokensMaxOf({ tokens, budget }: TextPlan, { contextMax }: Pick<BeginningPlace, 'contextMax'>): number {
  return Math.max(tokens.length, Math.min(budget?.tokensMax ?? 0, contextMax))
}

/** Whether so many tokens of a kept text are more than what single tokens are to look at. Devices beside the processor look at all. */
export const isRetrieved = (tokens: number, selectedTokens: number, attention: AttentionWay): boolean => attention !== 'fused' && wholeBlockTokens(tokens) > selectedTokens

const retrieves = (taken: number, budget: KvBudget | undefined, { attention }: BeginningPlace): budget is RetrievalBudget =>
  budget?.selectedTokens !== undefined && isRetrieved(taken, budget.selectedTokens, attention)

const wholeBlockTokens = (tokens: number): number => Math.floor(tokens / blockTokens) * blockTokens

/** @throws KvBudgetError if that is too small */
function chooseRetrieval(text: RetrievalText, taken: number, current: AnyReader, place: BeginningPlace): Beginning | undefined {
  const { kept, budget } = text
  const plan = { budgetTokens: budget.selectedTokens, tokensMax: tokensMaxOf(text, place) }
  const bytes = retrievalBytes(place.shape, taken, plan)
  if (bytes > budget.bytes) throw new KvBudgetError(budget.bytes, bytes)
  const fits = current instanceof RetrievalReader && current.plan.budgetTokens === plan.budgetTokens && current.plan.tokensMax >= plan.tokensMax
  if (fits && current.textTokens === wholeBlockTokens(taken) && current.textTokens <= heldOf(text, place)) return undefined
  return { attention: 'retrieval', taken, plan, kept }
}

/** What keys and values over so many places take of the computer's memory. */
const processorBytes = (places: number, { shape, processorLayers }: BeginningPlace): number => bytesOf({ ...shape, layers: processorLayers }, places)

/** Whether the current reader has room for so many tokens in memory, or can make it, without taking more than the budget on the way. */
function roomFor(tokensMax: number, budget: KvBudget | undefined, current: AnyReader, place: BeginningPlace): 'there' | 'can-grow' | 'none' {
  if (!(current instanceof ResidentReader)) return 'none'
  const { kv } = current
  const fits = tokensMax <= kv.capacity
  const bytes = processorBytes(kv.capacity, place) + (fits ? 0 : processorBytes(windowOf(tokensMax), place))
  if (budget !== undefined && bytes > budget.bytes) return 'none'
  return fits ? 'there' : 'can-grow'
}

/** Whether the past of the current reader is that of the text, and takes no more than the budget. */
function goesOnStreamed(text: TextPlan, common: number, current: AnyReader, place: BeginningPlace): boolean {
  if (!(current instanceof StreamedReader) || text.budget === undefined) return false
  const { kv } = current
  const isThere = kv.plan.past <= Math.min(common, heldOf(text, place))
  return isThere && kv.tokensMax >= tokensMaxOf(text, place) && kv.bytes <= text.budget.bytes
}

/** Tokens that the current reader holds and that need not be computed again. */
const heldOf = ({ tokens, held }: TextPlan, { queries }: BeginningPlace): number => queries.firstMissing(Math.min(held, tokens.length - 1))
