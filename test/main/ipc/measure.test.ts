import { describe, expect, it } from 'vitest'
import { isWithin } from '../../../src-main/ipc/measure'

describe('the size of a message', () => {
  it('counts strings and buffers wherever they are', () => {
    expect(isWithin(['x'.repeat(100)], 300, 5)).toBe(true)
    expect(isWithin([{ a: ['x'.repeat(200)] }], 300, 5)).toBe(false)
    expect(isWithin([new Uint8Array(400)], 300, 5)).toBe(false)
    expect(isWithin([new Uint8Array(400).buffer], 300, 5)).toBe(false)
    expect(isWithin([new Map([['a', 'x'.repeat(200)]])], 300, 5)).toBe(false)
    expect(isWithin([new Set(['x'.repeat(200)])], 300, 5)).toBe(false)
    expect(isWithin([{ ['x'.repeat(200)]: 1 }], 300, 5)).toBe(false)
  })

  it('stops at a depth, at a circle and at many small parts', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(isWithin(deep, 1e9, 12)).toBe(false)
    const circle: unknown[] = []
    circle.push(circle)
    expect(isWithin(circle, 1e6, 12)).toBe(true)
    expect(isWithin(new Array(1e6).fill(1), 1e6, 12)).toBe(false)
  })
})
