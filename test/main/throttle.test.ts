import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBatch, createThrottle } from '../../src-main/throttle'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe('a throttle', () => {
  it('passes the first value at once and the last of each interval', () => {
    const passed: number[] = []
    const throttle = createThrottle<number>(100, (value) => passed.push(value))
    for (let value = 1; value <= 5; value++) throttle.push(value)
    expect(passed).toEqual([1])
    vi.advanceTimersByTime(100)
    throttle.push(6)
    vi.advanceTimersByTime(1_000)
    throttle.push(7)
    expect(passed).toEqual([1, 5, 6, 7])
  })

  it('drops what waits when it is cleared', () => {
    const passed: number[] = []
    const throttle = createThrottle<number>(100, (value) => passed.push(value))
    throttle.push(1)
    throttle.push(2)
    throttle.clear()
    vi.advanceTimersByTime(1_000)
    expect(passed).toEqual([1])
  })
})

describe('a batch', () => {
  it('passes the newest value of each key, those of an interval together', () => {
    const passed: (readonly string[])[] = []
    const push = createBatch(100, (value: string) => value.charAt(0), (values) => passed.push(values))
    for (const value of ['a1', 'b1', 'b2', 'a2']) push(value)
    expect(passed).toEqual([['a1']])
    vi.advanceTimersByTime(100)
    expect(passed).toEqual([['a1'], ['b2', 'a2']])
    vi.advanceTimersByTime(1_000)
    push('c1')
    expect(passed).toHaveLength(3)
  })
})
