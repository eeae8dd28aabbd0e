import { describe, expect, it } from 'vitest'
import { logProbability } from '../../../src-engine/evidence/log-probability'
import { seededRandom } from '../../support/seeded-random'

const byDefinition = (logits: Float32Array, token: number): number => {
  const max = Math.max(...logits)
  return (logits[token] ?? 0) - max - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0))
}

describe('the log-probability of a token', () => {
  it.each([1, 5, 40])('is the definition, whatever the spread of the logits (%s)', (spread) => {
    const random = seededRandom(spread)
    const logits = Float32Array.from({ length: 50_000 }, () => (random() - 0.5) * 2 * spread)
    for (const token of [0, 7, 49_999]) expect(Math.abs(logProbability(logits, token) - byDefinition(logits, token))).toBeLessThan(5e-4)
  })

  it('is that of one of equals, and of the only one', () => {
    expect(logProbability(new Float32Array(8).fill(3), 2)).toBeCloseTo(-Math.log(8), 6)
    expect(logProbability(Float32Array.of(0, 100), 1)).toBeCloseTo(0, 6)
    expect(logProbability(Float32Array.of(0, 100), 0)).toBeCloseTo(-100, 3)
  })
})
