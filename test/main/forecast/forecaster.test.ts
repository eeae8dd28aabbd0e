import { describe, expect, it } from 'vitest'
import { createForecaster, piecesOf } from '../../../src-main/forecast/forecaster'

const facts = { name: 'm', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 100_000, markTokens: 9, vocabulary: 1, threads: 1, layers: 4, devices: [] }
const speed = { chunkTokens: 512, chunkMilliseconds: 1_000, depthMilliseconds: 0, kvBytesPerToken: 10, memoryBytes: 1 }

const line = (length: number): string => `${'a'.repeat(length - 1)}\n`

describe('a text whose tokens are counted', () => {
  it('is cut where lines end, into some pages at a time, and nothing of it is lost', () => {
    const text = Array.from({ length: 500 }, (_, i) => line(1 + (i * 37) % 200)).join('') + 'end'
    const pieces = piecesOf(text)
    expect(pieces.join('')).toBe(text)
    expect(pieces.slice(0, -1).every((piece) => piece.endsWith('\n') && piece.length >= 2_000 && piece.length < 2_300)).toBe(true)
  })

  it('may be one long line, or nothing', () => {
    expect(piecesOf('b'.repeat(9_000))).toEqual(['b'.repeat(9_000)])
    expect(piecesOf('')).toEqual([])
  })
})

describe('a forecast', () => {
  it('counts all that is read, and asks for it piece by piece', async () => {
    const asked: number[] = []
    const engine = {
      load: () => Promise.resolve(facts),
      count(texts: readonly string[]) {
        asked.push(texts.length)
        return Promise.resolve(texts.map(({ length }) => length))
      },
    }
    const forecaster = createForecaster({
      textsToRead: () => Promise.resolve(['rules', line(2_000).repeat(200)]), engine, chosenModel: () => Promise.resolve({ path: '/m', name: 'M' }),
      speeds: { of: () => Promise.resolve(speed) }, computerBytes: 1e9, settings: () => ({ halfReadings: false }),
    })
    expect((await forecaster.forecast('a')).tokens).toBe(9 + 5 + 400_000)
    expect(asked).toEqual([64, 37])
  })
})
