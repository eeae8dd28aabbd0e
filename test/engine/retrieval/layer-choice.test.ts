import { describe, expect, it } from 'vitest'
import { chooseForLayer } from '../../../src-engine/retrieval/layer-choice'

/** Two query heads for each of two KV heads, over ten blocks. */
const masses = Float32Array.of(
  0.0625, 0, 0, 0, 0, 0.5, 0.25, 0.0625, 0.0625, 0.0625,
  0.125, 0, 0.875, 0, 0, 0, 0, 0, 0, 0,
  0.125, 0.375, 0.25, 0.25, 0, 0, 0, 0, 0, 0,
  1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
)
const place = { kvHeads: 2, pinned: [[], [9]], held: [], behind: 0 }
const limits = { textTokens: 640, budgetTokens: 256, choiceTokens: 64, unselectedMax: 0.25 } as const

describe('what a layer looks at', () => {
  it('is chosen for each KV head by its own query heads and pins', () => {
    expect(chooseForLayer(masses, place, limits)).toEqual({
      blocks: [[0, 2, 5, 6], [0, 1, 3, 9]], active: 4, isWhole: false, passed: Float32Array.of(0.1875, 0, 0.25, 0), isDoubled: false,
    })
  })

  it('is of each KV head rather what the token before looked at', () => {
    expect(chooseForLayer(masses, { ...place, held: [[], [2]] }, limits).blocks).toEqual([[0, 2, 5, 6], [0, 1, 2, 9]])
  })

  it('is twice as much where its heads pass over more than they may, on average', () => {
    expect(chooseForLayer(masses, place, { ...limits, unselectedMax: 0.1 })).toEqual({
      blocks: [[0, 2, 4, 5, 6, 7, 8, 9], [0, 1, 2, 3, 6, 7, 8, 9]], active: 8, isWhole: false, passed: new Float32Array(4), isDoubled: true,
    })
    expect(chooseForLayer(masses, place, { ...limits, unselectedMax: 0.11 }).isDoubled).toBe(false)
  })

  it('is the text where that fits, once', () => {
    const all = Array.from({ length: 10 }, (_, block) => block)
    expect(chooseForLayer(masses, place, { ...limits, budgetTokens: 640, unselectedMax: 0 })).toEqual({
      blocks: [all, all], active: 10, isWhole: true, passed: new Float32Array(4), isDoubled: false,
    })
  })

  it('is nothing of a text of no whole block', () => {
    const { blocks, isWhole } = chooseForLayer(new Float32Array(0), place, { ...limits, textTokens: 0, unselectedMax: 0 })
    expect({ blocks, isWhole }).toEqual({ blocks: [[], []], isWhole: true })
  })
})
