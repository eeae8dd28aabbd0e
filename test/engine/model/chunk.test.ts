import { describe, expect, it } from 'vitest'
import { layersTogether } from '../../../src-engine/model/chunk'

describe('the layers of a chunk that share a graph', () => {
  it.each([
    { layerMs: Infinity, left: 30, together: 1 },
    { layerMs: 800, left: 40, together: 1 },
    { layerMs: 13, left: 30, together: 3 },
    { layerMs: 13, left: 2, together: 2 },
    { layerMs: 0.1, left: 30, together: 30 },
  ])('are $together of $left that take $layerMs ms each', ({ layerMs, left, together }) => {
    expect(layersTogether(layerMs, left)).toBe(together)
  })
})
