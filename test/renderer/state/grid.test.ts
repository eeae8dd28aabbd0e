import { describe, expect, it } from 'vitest'
import { gridStep, typedRow } from '../../../src-renderer/state/grid'

describe('moving in a list', () => {
  it('goes by row, by page and to the ends, and stops there', () => {
    const step = (key: string, at: number): number | null => gridStep(key, at, 100, 10)
    expect([step('ArrowDown', 3), step('ArrowDown', 99), step('ArrowUp', 0), step('PageDown', 95), step('PageUp', 25), step('Home', 50), step('End', 50), step('a', 50)]).toEqual([4, 99, 0, 99, 15, 0, 99, null])
  })

  it('finds a name by its first letters, from here on and round', () => {
    const names = ['Atlas', 'Bash', 'Birds', 'Österreich', 'atoll']
    expect([typedRow(names, 'b', 0), typedRow(names, 'b', 1), typedRow(names, 'a', 0), typedRow(names, 'at', 0), typedRow(names, 'bi', 1), typedRow(names, 'ö', 0), typedRow(names, 'x', 0)]).toEqual([1, 2, 4, 0, 2, 3, null])
  })
})
