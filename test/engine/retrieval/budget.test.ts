import { describe, expect, it } from 'vitest'
import { pinnedMax, planChoice, scratchSize, wholeTokens } from '../../../src-engine/retrieval/budget'

describe('a budget', () => {
  it('has an eighth for what is recent, 4,096 at most, fewer as the answer grows', () => {
    const budget = { textTokens: 131_072, budgetTokens: 12_288, choiceTokens: 64 } as const
    expect(planChoice(budget, 0)).toEqual({ blocks: 2_048, budget: 192, first: 1, recent: 24 })
    expect(planChoice(budget, 1_000)).toEqual({ blocks: 2_048, budget: 192, first: 1, recent: 8 })
    expect(planChoice(budget, 9_000)).toEqual({ blocks: 2_048, budget: 192, first: 1, recent: 0 })
    expect(planChoice({ ...budget, budgetTokens: 49_152 }, 0).recent).toBe(64)
  })

  it('doubles without what is recent', () => {
    const budget = { textTokens: 30_720, budgetTokens: 1_920, choiceTokens: 64 } as const
    expect(planChoice(budget, 0)).toEqual({ blocks: 480, budget: 30, first: 1, recent: 3 })
    expect(planChoice(budget, 0, 2)).toEqual({ blocks: 480, budget: 60, first: 1, recent: 3 })
  })

  it('is never more than the text', () => {
    expect(planChoice({ textTokens: 640, budgetTokens: 12_288, choiceTokens: 64 }, 0)).toEqual({ blocks: 10, budget: 10, first: 1, recent: 24 })
  })

  it('is shared out in shorter or longer blocks alike, and the first 64 tokens are always looked at', () => {
    const budget = { textTokens: 131_072, budgetTokens: 12_288 }
    expect(planChoice({ ...budget, choiceTokens: 16 }, 0)).toEqual({ blocks: 8_192, budget: 768, first: 4, recent: 96 })
    expect(planChoice({ ...budget, choiceTokens: 128 }, 0)).toEqual({ blocks: 1_024, budget: 96, first: 1, recent: 12 })
    expect(planChoice({ textTokens: 131_072, budgetTokens: 16, choiceTokens: 16 }, 0).budget).toBe(5)
    expect(pinnedMax({ budgetTokens: 12_288, choiceTokens: 16 })).toBe(96)
    expect(([16, 64, 128] as const).map((choiceTokens) => wholeTokens(1_237, choiceTokens))).toEqual([1_216, 1_216, 1_152])
    const size = scratchSize(10_000, { budgetTokens: 640, choiceTokens: 128, unselectedMax: Infinity, behindMax: 200 })
    expect(size).toEqual({ slots: 5, slotTokens: 128, tailMax: 328 })
  })

  it('has an eighth at most for what a question pins', () => {
    expect(pinnedMax({ budgetTokens: 12_288, choiceTokens: 64 })).toBe(24)
  })

  it('takes memory for twice as much where it may double, and never for more than the text', () => {
    const options = { budgetTokens: 640, choiceTokens: 64, unselectedMax: 0.25, behindMax: 200 } as const
    expect(scratchSize(10_000, options)).toEqual({ slots: 20, slotTokens: 64, tailMax: 264 })
    expect(scratchSize(10_000, { ...options, unselectedMax: Infinity })).toEqual({ slots: 10, slotTokens: 64, tailMax: 264 })
    expect(scratchSize(1_000, options)).toEqual({ slots: 15, slotTokens: 64, tailMax: 264 })
  })
})
