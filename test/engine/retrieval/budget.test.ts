import { describe, expect, it } from 'vitest'
import { pinnedMax, planChoice, scratchSize } from '../../../src-engine/retrieval/budget'

describe('a budget', () => {
  it('has an eighth for what is recent, 4,096 at most, fewer as the answer grows', () => {
    const budget = { textTokens: 131_072, budgetTokens: 12_288 }
    expect(planChoice(budget, 0)).toEqual({ blocks: 2_048, budget: 192, recent: 24 })
    expect(planChoice(budget, 1_000)).toEqual({ blocks: 2_048, budget: 192, recent: 8 })
    expect(planChoice(budget, 9_000)).toEqual({ blocks: 2_048, budget: 192, recent: 0 })
    expect(planChoice({ ...budget, budgetTokens: 49_152 }, 0).recent).toBe(64)
  })

  it('doubles without what is recent', () => {
    const budget = { textTokens: 30_720, budgetTokens: 1_920 }
    expect(planChoice(budget, 0)).toEqual({ blocks: 480, budget: 30, recent: 3 })
    expect(planChoice(budget, 0, 2)).toEqual({ blocks: 480, budget: 60, recent: 3 })
  })

  it('is never more than the text', () => {
    expect(planChoice({ textTokens: 640, budgetTokens: 12_288 }, 0)).toEqual({ blocks: 10, budget: 10, recent: 24 })
  })

  it('has an eighth at most for what a question pins', () => {
    expect(pinnedMax({ budgetTokens: 12_288 })).toBe(24)
  })

  it('takes memory for twice as much where it may double, and never for more than the text', () => {
    const options = { budgetTokens: 640, unselectedMax: 0.25, behindMax: 200 }
    expect(scratchSize(10_000, options)).toEqual({ slots: 20, tailMax: 264 })
    expect(scratchSize(10_000, { ...options, unselectedMax: Infinity })).toEqual({ slots: 10, tailMax: 264 })
    expect(scratchSize(1_000, options)).toEqual({ slots: 15, tailMax: 264 })
  })
})
