import { describe, expect, it } from 'vitest'
import { addSample, timeLeft, type Sample } from '../../../src-main/contract/speed'

const feed = (steps: readonly Sample[]): readonly Sample[] => steps.reduce<readonly Sample[]>(addSample, [])

describe('time left', () => {
  it('is not promised before a speed was measured', () => {
    expect(timeLeft([], 100)).toBeNull()
    expect(timeLeft(feed([{ atMilliseconds: 0, done: 0 }, { atMilliseconds: 900, done: 50 }]), 100)).toBeNull()
    expect(timeLeft(feed([{ atMilliseconds: 0, done: 10 }, { atMilliseconds: 9_000, done: 10 }]), 100)).toBeNull()
  })

  it('comes from the speed that was measured', () => {
    expect(timeLeft(feed([{ atMilliseconds: 0, done: 0 }, { atMilliseconds: 2_000, done: 20 }]), 100)).toBe(8_000)
  })

  it('follows the last seconds where the speed changes', () => {
    const fast = Array.from({ length: 40 }, (_, step) => ({ atMilliseconds: step * 500, done: step * 10 }))
    const slow = Array.from({ length: 40 }, (_, step) => ({ atMilliseconds: 20_000 + step * 500, done: 400 + step }))
    expect(timeLeft(feed([...fast, ...slow]), 539)).toBeGreaterThan(40_000)
  })

  it('keeps few samples however often it hears', () => {
    expect(feed(Array.from({ length: 5_000 }, (_, step) => ({ atMilliseconds: step * 7, done: step }))).length).toBeLessThanOrEqual(24)
  })

  it('starts again where work starts again', () => {
    expect(feed([{ atMilliseconds: 0, done: 90 }, { atMilliseconds: 500, done: 2 }])).toEqual([{ atMilliseconds: 500, done: 2 }])
  })
})
