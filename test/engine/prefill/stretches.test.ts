import { expect, it } from 'vitest'
import { superChunks } from '../../../src-engine/prefill/stretches'

const lengths = (start: number, end: number, firstTokens = 512): readonly number[] =>
  superChunks(start, end, { firstTokens, superChunkTokens: 2_048 }).map(({ count }) => count)

it('super-chunks grow with what is kept, from one chunk to the full length, from wherever that begins', () => {
  expect(lengths(0, 7_000)).toEqual([512, 512, 1_024, 2_048, 2_048, 856])
  expect(lengths(0, 300)).toEqual([300])
  expect(lengths(1_536, 6_000)).toEqual([1_536, 2_048, 880])
  expect(lengths(0, 5_000, 2_048)).toEqual([2_048, 2_048, 904])
  expect(lengths(700, 700)).toEqual([])
})
