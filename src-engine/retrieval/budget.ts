/** How many tokens of a text a retrieving step looks at, how they are shared out, and what memory has room for. */
import { blockTokens } from '../reading/layout'
import type { ChoicePlan } from './choice'
import type { ScratchSize } from './scratch'

/** Tokens before the one that is computed that are always looked at; less where the budget is small, of which it takes no more than this part. */
const recentTokens = 4_096
const recentShare = 1 / 8
/** Of the budget, what the question has pinned at most. */
const pinnedShare = 1 / 8

/** Tokens that a block has of which all are chosen or none: as many as are read at once, or some of these, or several times as many. */
export type ChoiceTokens = 16 | typeof blockTokens | 128

export interface Budget {
  readonly choiceTokens: ChoiceTokens
  /** Tokens of the text, in whole blocks. */
  readonly textTokens: number
  /** Tokens of the text that are looked at, the first and the recent ones among them. */
  readonly budgetTokens: number
}

/** Blocks that so many tokens fill. */
export const wholeBlocks = (tokens: number, choiceTokens: ChoiceTokens = blockTokens): number => Math.floor(tokens / choiceTokens)

/** Tokens of a text's beginning that fill the blocks in which they are read, and those in which they are chosen. */
export function wholeTokens(count: number, choiceTokens: ChoiceTokens): number {
  const both = Math.max(blockTokens, choiceTokens)
  return Math.floor(count / both) * both
}

/** Of the blocks, those with the first 64 tokens. */
const firstBlocks = (choiceTokens: ChoiceTokens): number => Math.ceil(blockTokens / choiceTokens)

/** Blocks that may be chosen; more than there are where the whole text fits. */
function budgetBlocks({ budgetTokens, choiceTokens }: Omit<Budget, 'textTokens'>): number {
  return Math.max(firstBlocks(choiceTokens) + 1, wholeBlocks(budgetTokens, choiceTokens))
}

export const pinnedMax = (budget: Omit<Budget, 'textTokens'>): number => Math.floor(budgetBlocks(budget) * pinnedShare)

/** @param behind tokens between the text's end and the token that is computed: they are always looked at, and count as recent */
export function planChoice({ textTokens, budgetTokens, choiceTokens }: Budget, behind: number, times = 1): ChoicePlan {
  const blocks = textTokens / choiceTokens
  const budget = Math.min(blocks, times * budgetBlocks({ budgetTokens, choiceTokens }))
  const recent = Math.min(recentTokens, budgetTokens * recentShare) - behind
  return { blocks, budget, first: firstBlocks(choiceTokens), recent: Math.max(0, wholeBlocks(recent, choiceTokens)) }
}

interface ScratchOptions extends Omit<Budget, 'textTokens'> {
  /** As in `ChoiceLimits`: whether the budget may double. */
  readonly unselectedMax: number
  /** Tokens that may follow the text. */
  readonly behindMax: number
}

/** What a session needs over so many tokens. */
export function scratchSize(count: number, { budgetTokens, choiceTokens, unselectedMax, behindMax }: ScratchOptions): ScratchSize {
  const times = unselectedMax === Infinity ? 1 : 2
  const slots = Math.min(wholeTokens(count, choiceTokens) / choiceTokens, times * budgetBlocks({ budgetTokens, choiceTokens }))
  return { slots, slotTokens: choiceTokens, tailMax: Math.max(blockTokens, choiceTokens) + behindMax }
}
