import { expect, it } from 'vitest'
import { attendedTogether } from '../../../src-engine/attention/chunk-mask'

it('attends with all tokens of a chunk at once where the mask is small, and never with fewer than a tile of them', () => {
  expect(attendedTogether(512, 131_072)).toEqual([{ first: 0, count: 512 }])
  expect(attendedTogether(512, 262_144).map(({ count }) => count)).toEqual([256, 256])
  expect(attendedTogether(512, 2 ** 20).map(({ count }) => count)).toEqual([64, 64, 64, 64, 64, 64, 64, 64])
  expect(attendedTogether(200, 2 ** 20).map(({ first, count }) => [first, count])).toEqual([[0, 66], [66, 67], [133, 67]])
  expect(attendedTogether(100, 2 ** 20)).toEqual([{ first: 0, count: 100 }])
  expect(attendedTogether(1, 2 ** 20)).toEqual([{ first: 0, count: 1 }])
})
