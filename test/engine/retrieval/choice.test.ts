import { describe, expect, it } from 'vitest'
import { planChoice } from '../../../src-engine/retrieval/budget'
import { bestBlocks, chooseBlocks, mostOfHeads, unselectedMasses } from '../../../src-engine/retrieval/choice'

const scores = (numbers: Readonly<Record<number, number>>, blocks: number): Float32Array =>
  Float32Array.from({ length: blocks }, (_, block) => numbers[block] ?? 0.001)

describe('the choice of blocks', () => {
  it('takes the first, the recent, the pinned and then the best, in their order', () => {
    const chosen = chooseBlocks(scores({ 7: 0.5, 4: 0.3, 5: 0.2 }, 20), { blocks: 20, budget: 6, recent: 2 }, [11])
    expect(chosen).toEqual([0, 4, 7, 11, 18, 19])
  })

  it('takes the nearer ones of what is equal', () => {
    expect(chooseBlocks(scores({}, 10), { blocks: 10, budget: 4, recent: 1 }, [])).toEqual([0, 7, 8, 9])
  })

  it('keeps the first and the recent blocks where too much is pinned', () => {
    expect(chooseBlocks(scores({}, 10), { blocks: 10, budget: 3, recent: 1 }, [3, 4, 5])).toEqual([0, 5, 9])
  })

  it('takes all where the budget is enough, whatever their scores', () => {
    expect(chooseBlocks(new Float32Array(5), { blocks: 5, budget: 9, recent: 0 }, [])).toEqual([0, 1, 2, 3, 4])
  })

  it('lets one head speak for what all others pass over', () => {
    const masses = Float32Array.from([0.3, 0.3, 0.3, 0.1, 0, 0, 0.05, 0.95])
    expect([...mostOfHeads(masses, 4)].map((mass) => Number(mass.toFixed(3)))).toEqual([0.3, 0.3, 0.3, 0.95])
  })

  it('tells of each head what was left out', () => {
    const masses = Float32Array.from([0.5, 0.25, 0.25, 0, 0.125, 0.875])
    expect([...unselectedMasses(masses, 3, [0, 2])]).toEqual([0.25, 0.125])
    expect([...unselectedMasses(masses, 3, [0, 1, 2])]).toEqual([0, 0])
  })

  it('pins what has a score, the highest first', () => {
    expect(bestBlocks(Float32Array.from([0, 0.2, 0.7, 0, 0.2]), 4)).toEqual([2, 1, 4])
    expect(bestBlocks(Float32Array.from([0, 0.2, 0.7, 0, 0.2]), 2)).toEqual([2, 1])
  })
})

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
})
