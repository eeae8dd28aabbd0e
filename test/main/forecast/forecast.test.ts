import { describe, expect, it } from 'vitest'
import type { ReadingSpeed } from '../../../src-engine/protocol'
import { readingSeconds } from '../../../src-main/contract/reading-cost'
import { costOf, forecastReading, tokensReadIn } from '../../../src-main/forecast/forecast'

const speed: ReadingSpeed = { chunkTokens: 512, chunkMilliseconds: 3_000, depthMilliseconds: 0.25, kvBytesPerToken: 12_288, memoryBytes: 700e6 }
const basis = { model: 'M', tokens: 2_000, contextMax: 32_768, layers: 24, speed, computerBytes: 16e9, half: false }

const readingMilliseconds = (tokens: number, of: ReadingSpeed): number => 1_000 * readingSeconds(tokens, costOf(of, false))

describe('the time of a reading', () => {
  it('is the sum over its chunks, each looking back on all before it and itself', () => {
    const chunks = 8
    const sum = Array.from({ length: chunks }, (_, i) => speed.chunkMilliseconds + speed.depthMilliseconds * 512 * (i + 1)).reduce((a, b) => a + b)
    expect(readingMilliseconds(chunks * 512, speed)).toBeCloseTo(sum, 6)
  })

  it('grows faster than the length where looking back costs', () => {
    expect(readingMilliseconds(32_000, speed)).toBeGreaterThan(16 * readingMilliseconds(2_000, speed))
    expect(readingMilliseconds(32_000, { ...speed, depthMilliseconds: 0 })).toBeCloseTo(16 * readingMilliseconds(2_000, { ...speed, depthMilliseconds: 0 }), 6)
  })
})

describe('what is read in a time', () => {
  it.each([speed, { ...speed, depthMilliseconds: 0 }, { ...speed, chunkMilliseconds: 0 }])('is the length whose reading takes that time: %o', (each) => {
    for (const tokens of [1, 600, 4_000, 100_000]) expect(tokensReadIn(readingSeconds(tokens, costOf(each, false)), costOf(each, false))).toBeCloseTo(tokens, 6)
  })
})

describe('the forecast', () => {
  it('counts weights, keys and values, and the masks of a chunk as memory; keys and values alone on the disk', () => {
    const { memoryBytes, diskBytes } = forecastReading({ ...basis, tokens: 6_400 })
    expect(memoryBytes).toBe(700e6 + 6_400 * 12_288 + 6_400 * 512 * 2)
    expect(diskBytes).toBe(6_400 * 12_288)
    expect(forecastReading({ ...basis, tokens: 6_400, half: true }).diskBytes).toBe((6_400 * 12_288 * 34) / 64)
  })

  it('keeps two layers of keys and values in memory where all of them do not fit', () => {
    const tight = { ...basis, tokens: 25_600, computerBytes: 1e9 }
    expect(forecastReading({ ...tight, computerBytes: 16e9 }).mode).toBe('resident')
    expect(forecastReading(tight)).toMatchObject({ mode: 'streamed', memoryBytes: 700e6 + 25_600 * 1_024 + 25_600 * 512 * 2, diskBytes: 25_600 * 12_288, obstacle: null })
  })

  it('names what stands in the way', () => {
    expect(forecastReading(basis).obstacle).toBeNull()
    expect(forecastReading({ ...basis, tokens: 40_000 }).obstacle).toEqual({ kind: 'longer-than-model', contextMax: 31_744 })
    expect(forecastReading({ ...basis, tokens: 31_745 }).obstacle?.kind).toBe('longer-than-model')
    expect(forecastReading({ ...basis, tokens: 31_744 }).obstacle).toBeNull()
    expect(forecastReading({ ...basis, computerBytes: 500e6 }).obstacle).toEqual({ kind: 'too-little-memory', memoryBytes: 500e6 })
  })
})
