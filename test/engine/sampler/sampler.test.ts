import { describe, expect, it } from 'vitest'
import { createRandom, xoshiro } from '../../../src-engine/sampler/random'
import { BrokenNumbersError, createSampler, type Choice } from '../../../src-engine/sampler/sampler'

const choice = (more: Partial<Choice> = {}): Choice => ({ temperature: 1, topP: 1, minP: 0, seed: 1, ...more })
const draws = 40_000

/** Scores whose softmax is `probabilities`. */
const scores = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log)

function frequencies(logits: Float32Array, how: Choice): number[] {
  const sampler = createSampler(how)
  const counts = Array<number>(logits.length).fill(0)
  for (let i = 0; i < draws; i++) {
    const token = sampler.next(logits)
    counts[token] = (counts[token] ?? 0) + 1
  }
  return counts
}

/** Pearson's statistic of the draws against what is expected; a token with probability 0 must not appear. */
function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  return counts.reduce((sum, count, i) => {
    const expected = (probabilities[i] ?? 0) * draws
    if (expected === 0) {
      expect(count).toBe(0)
      return sum
    }
    return sum + (count - expected) ** 2 / expected
  }, 0)
}

describe('greedy', () => {
  it('takes the highest score, of equal ones the lowest token, whatever the seed', () => {
    for (const seed of [1, 2, 3]) {
      const sampler = createSampler(choice({ temperature: 0, seed }))
      expect(sampler.next(Float32Array.of(-1, 3, 2, 3))).toBe(1)
      expect(sampler.next(Float32Array.of(-1, -3, -2))).toBe(0)
    }
  })
})

describe('sampling', () => {
  const probabilities = [0.05, 0.4, 0.1, 0.25, 0.2]
  const logits = scores(...probabilities)
  // 0.1 % points of the distribution with 4, 3, 2 and 1 degrees of freedom.
  const bound = { 4: 18.5, 3: 16.3, 2: 13.8, 1: 10.8 } as const

  it('draws each token as often as the model says', () => {
    for (const seed of [1, 2, 3, 4]) expect(chiSquare(frequencies(logits, choice({ seed })), probabilities)).toBeLessThan(bound[4])
  })

  it('sharpens and flattens with the temperature', () => {
    for (const temperature of [0.5, 2]) {
      const powers = probabilities.map((p) => p ** (1 / temperature))
      const sum = powers.reduce((a, b) => a + b)
      expect(chiSquare(frequencies(logits, choice({ temperature })), powers.map((p) => p / sum))).toBeLessThan(bound[4])
    }
  })

  it('keeps with top-p the fewest likeliest tokens that hold so much', () => {
    // 0.4 + 0.25 + 0.2 reaches 0.8; then 0.1 is left out although 0.9 would be nearer to 0.85.
    expect(chiSquare(frequencies(logits, choice({ topP: 0.8 })), [0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85])).toBeLessThan(bound[2])
    expect(chiSquare(frequencies(logits, choice({ topP: 0.5 })), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0])).toBeLessThan(bound[1])
    expect(frequencies(logits, choice({ topP: 0 }))).toEqual([0, draws, 0, 0, 0])
  })

  it('keeps with min-p what is at least so likely against the best', () => {
    expect(chiSquare(frequencies(logits, choice({ minP: 0.24 })), [0, 0.4 / 0.95, 0.1 / 0.95, 0.25 / 0.95, 0.2 / 0.95])).toBeLessThan(bound[3])
    expect(frequencies(logits, choice({ minP: 1 }))).toEqual([0, draws, 0, 0, 0])
  })

  it('takes the lower of two equal tokens where top-p has room for one', () => {
    expect(frequencies(scores(0.2, 0.4, 0.4), choice({ topP: 0.3 }))).toEqual([0, draws, 0])
  })

  it('applies min-p before top-p', () => {
    // Without the last two, 0.4 is 47 % and 0.25 brings it to 76 %.
    expect(chiSquare(frequencies(logits, choice({ minP: 0.3, topP: 0.7 })), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0])).toBeLessThan(bound[1])
  })

  it('finds the same tokens in a large vocabulary as a full sort does', () => {
    const random = createRandom(9)
    const large = Float32Array.from({ length: 50_000 }, () => 6 * random())
    const weights = Array.from(large, (score, id) => ({ id, weight: Math.exp(score) })).sort((a, b) => b.weight - a.weight || a.id - b.id)
    const sum = weights.reduce((total, { weight }) => total + weight, 0)
    const kept = new Set<number>()
    for (let held = 0, i = 0; held < 0.05 * sum; i++) {
      kept.add(weights[i]?.id ?? -1)
      held += weights[i]?.weight ?? 0
    }
    const sampler = createSampler(choice({ topP: 0.05 }))
    for (let i = 0; i < 60; i++) expect(kept.has(sampler.next(large))).toBe(true)
  })

  it('draws the same row for the same seed and another for another', () => {
    const row = (seed: number): number[] => {
      const sampler = createSampler(choice({ seed }))
      return Array.from({ length: 40 }, () => sampler.next(logits))
    }
    expect(row(7)).toEqual(row(7))
    expect(row(7)).not.toEqual(row(8))
  })

  it('bears scores of minus infinity and extreme differences', () => {
    expect(frequencies(Float32Array.of(-Infinity, 1, -1e30), choice())).toEqual([0, draws, 0])
    expect(createSampler(choice({ temperature: 1e-6 })).next(Float32Array.of(1, 2, 1.9))).toBe(1)
  })
})

describe('numbers that cannot be', () => {
  it.each([
    ['a score that is no number', Float32Array.of(1, NaN, 2), /not a number/],
    ['all equal scores', new Float32Array(100).fill(0.25), /all scores are equal/],
    ['an infinite score', Float32Array.of(1, Infinity), /without bounds/],
    ['nothing but minus infinity', Float32Array.of(-Infinity, -Infinity), /without bounds/],
  ])('end the answer: %s', (_, logits, words) => {
    for (const temperature of [0, 1]) {
      expect(() => createSampler(choice({ temperature })).next(logits)).toThrow(BrokenNumbersError)
      expect(() => createSampler(choice({ temperature })).next(logits)).toThrow(words)
    }
  })
})

describe('random numbers', () => {
  it('fill the range evenly', () => {
    for (const seed of [0, 1, -1, 2 ** 31, 123_456_789]) {
      const random = createRandom(seed)
      const counts = Array<number>(16).fill(0)
      for (let i = 0; i < draws; i++) {
        const cell = Math.floor(random() * 16)
        counts[cell] = (counts[cell] ?? 0) + 1
      }
      expect(chiSquare(counts, Array<number>(16).fill(1 / 16))).toBeLessThan(37.7)
    }
  })

  it('are those of xoshiro128**: from the state 1, 2, 3, 4 follow the numbers of the published program', () => {
    const random = xoshiro(1, 2, 3, 4)
    expect(Array.from({ length: 4 }, () => random() * 2 ** 32)).toEqual([11520, 0, 5927040, 70819200])
  })
})
