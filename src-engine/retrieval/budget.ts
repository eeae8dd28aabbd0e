/** How many tokens of a text a retrieving step looks at, how they are shared out, and what memory has room for. */
import { blockTokens } from '../reading/layout'
import type { ChoicePlan } from './choice'
import type { ScratchSize } from './scratch'

/** Tokens before the one that is computed that are always looked at; less where the budget is small, of which it takes no more than this part. */
const recentTokens = 4_096
const recentShare = 1 / 8
/** Of the budget, what the question has pinned at most. */
const pinnedShare = 1 / 8

export interface Budget {
  /** Tokens of the text, in whole blocks. */
  readonly textTokens: number
  /** Tokens of the text that are looked at, the first and the recent ones among them. */
  readonly budgetTokens: number
}

/** Blocks that so many tokens fill. */
export const wholeBlocks = (tokens: number): number => Math.floor(tokens / blockTokens)

/** Blocks that may be chosen; more than there are where the whole text fits. */
const budgetBlocks = ({ budgetTokens }: Pick<Budget, 'budgetTokens'>): number => Math.max(2, Math.floor(budgetTokens / blockTokens))

export const pinnedMax = (budget: Pick<Budget, 'budgetTokens'>): number => Math.floor(budgetBlocks(budget) * pinnedShare)

/** @param behind tokens between the text's end and the token that is computed: they are always looked at, and count as recent */
export function planChoice({ textTokens, budgetTokens }: Budget, behind: number, times = 1): ChoicePlan {
  const blocks = textTokens / blockTokens
  const budget = Math.min(blocks, times * budgetBlocks({ budgetTokens }))
  const recent = Math.min(recentTokens, budgetTokens * recentShare) - behind
  return { blocks, budget, recent: Math.max(0, Math.floor(recent / blockTokens)) }
}

interface ScratchOptions extends Pick<Budget, 'budgetTokens'> {
  /** As in `ChoiceLimits`: whether the budget may double. */
  readonly unselectedMax: number
  /** Tokens that may follow the text. */
  readonly behindMax: number
}

/** What a session needs over so many tokens. */
export function scratchSize(count: number, { budgetTokens, unselectedMax, behindMax }: ScratchOptions): ScratchSize {
  const times = unselectedMax === Infinity ? 1 : 2
  return { slots: Math.min(wholeBlocks(count), times * budgetBlocks({ budgetTokens })), tailMax: blockTokens + behindMax }
}
