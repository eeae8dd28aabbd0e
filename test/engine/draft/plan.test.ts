import { describe, expect, it } from 'vitest'
import type { Match } from '../../../src-engine/draft/lookup'
import { createPace, type Pace } from '../../../src-engine/draft/pace'
import { createPlan } from '../../../src-engine/draft/plan'

const match = (length: number, count = 15): Match => ({ length, next: new Int32Array(count) })

/** A machine on which each further token costs this share of a single step. */
function paceOf(further: number): Pace {
  const pace = createPace()
  for (const size of [1, 2, 4, 8, 16]) for (let i = 0; i < 3; i++) pace.measured(size, 10 * (1 + further * (size - 1)))
  return pace
}

/** Writes `tokens` tokens of which drafts get `hits(i)` right; gives the time against single steps, and the largest run. */
function write(pace: Pace, tokens: number, matchLength: number, hits: (place: number) => number): { readonly time: number; readonly largest: number } {
  const plan = createPlan(pace)
  let [said, cost, largest] = [0, 0, 1]
  while (said < tokens) {
    const size = plan.size(match(matchLength), tokens - said)
    const accepted = Math.min(size - 1, hits(said))
    cost += pace.cost(size)
    largest = Math.max(largest, size)
    for (let i = 0; i <= accepted; i++) plan.said()
    if (size > 1) plan.ran(matchLength, size, accepted)
    said += accepted + 1
  }
  return { time: cost / said, largest }
}

describe('how many tokens are drafted', () => {
  it('is none without a match, and never more than there is room or text for', () => {
    const plan = createPlan(paceOf(0.05))
    expect(plan.size(null, 50)).toBe(1)
    expect(plan.size(match(20), 1)).toBe(1)
    expect(plan.size(match(20), 3)).toBe(2)
    expect(plan.size(match(20, 3), 50)).toBe(4)
  })

  it('grows where an answer quotes: the more, the cheaper a further token is', () => {
    expect(write(paceOf(0.1), 200, 20, () => 15)).toMatchObject({ largest: 16 })
    expect(write(paceOf(0.1), 200, 20, () => 15).time).toBeLessThan(0.25)
    expect(write(paceOf(0.5), 200, 20, () => 15).time).toBeLessThan(0.85)
    expect(write(paceOf(1.1), 200, 20, () => 15)).toEqual({ time: 1, largest: 1 })
  })

  it('costs little where every draft fails, however sure it seemed', () => {
    for (const further of [0.05, 0.2, 0.5]) for (const length of [3, 8, 30]) expect(write(paceOf(further), 100, length, () => 0).time).toBeLessThan(1.03)
  })

  it('comes back to drafts where an answer begins to quote late', () => {
    const { time } = write(paceOf(0.1), 600, 12, (place) => (place < 300 ? 0 : 15))
    expect(time).toBeLessThan(0.75)
  })

  it('leaves out sizes that do not give the bits of single steps', () => {
    const pace = paceOf(0.05)
    for (const size of [4, 8, 16]) pace.tried(size, false)
    expect(write(pace, 100, 20, () => 15).largest).toBe(2)
  })
})

describe('what runs cost', () => {
  it('is measured, and one slow run changes nothing', () => {
    const pace = createPace()
    expect(pace.cost(1)).toBe(1)
    expect(pace.cost(4)).toBeGreaterThan(1)
    for (const ms of [10, 11, 10, 300, 10]) pace.measured(1, ms)
    for (const ms of [20, 20, 500, 20, 21]) pace.measured(4, ms)
    expect(pace.cost(4)).toBe(2)
  })
})
