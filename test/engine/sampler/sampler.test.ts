import { describe, expect, it } from 'vitest'
import { createRandom, xoshiro } from '../../../src-engine/sampler/random'
import { createSampler } from '../../../src-engine/sampler/sampler'
import { BrokenNumbersError } from '../../../src-engine/sampler/scores'
import type { Choice } from '../../../src-engine/sampler/settings'

const neutral = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0, seed: 1 }
const choice = (more: Partial<Choice> = {}): Choice => ({ ...neutral, ...more })
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

  it('keeps with top-k the likeliest, of equal ones the lower', () => {
    expect(chiSquare(frequencies(logits, choice({ topK: 3 })), [0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85])).toBeLessThan(bound[2])
    expect(frequencies(logits, choice({ topK: 1 }))).toEqual([0, draws, 0, 0, 0])
    expect(frequencies(scores(0.2, 0.4, 0.4), choice({ topK: 1 }))).toEqual([0, draws, 0])
    expect(chiSquare(frequencies(logits, choice({ topK: 9 })), probabilities)).toBeLessThan(bound[4])
  })

  it('applies top-k before top-p', () => {
    // Of 0.4 and 0.25 alone, the first is 62 % already; of all it would be 40 %.
    expect(frequencies(logits, choice({ topK: 2, topP: 0.6 }))).toEqual([0, draws, 0, 0, 0])
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

describe('what was said', () => {
  const row = (more: Partial<Choice>, logits: Float32Array, length: number): number[] => {
    const sampler = createSampler(choice({ temperature: 0, ...more }))
    return Array.from({ length }, () => sampler.next(logits))
  }

  it('is divided by the repetition penalty where its score is positive, multiplied where it is not, once', () => {
    expect(row({ repetitionPenalty: 1.5 }, Float32Array.of(3, 2.1, 1), 3)).toEqual([0, 1, 0])
    expect(row({ repetitionPenalty: 1.5 }, Float32Array.of(-1, -1.4, -2), 3)).toEqual([0, 1, 0])
    expect(row({ repetitionPenalty: 1 }, Float32Array.of(3, 2.9, 1), 3)).toEqual([0, 0, 0])
  })

  it('loses the presence penalty, once', () => {
    expect(row({ presencePenalty: 1 }, Float32Array.of(3, 2.5, 1.9), 4)).toEqual([0, 1, 0, 0])
    expect(row({ presencePenalty: -1 }, Float32Array.of(3, 2.5, 1.9), 4)).toEqual([0, 0, 0, 0])
  })

  it('leaves the scores that were handed in as they are', () => {
    const logits = Float32Array.of(3, 2, 1)
    row({ presencePenalty: 1, repetitionPenalty: 2 }, logits, 3)
    expect(logits).toEqual(Float32Array.of(3, 2, 1))
  })
})

describe('tokens that are not allowed', () => {
  const allowed = Uint8Array.of(0, 0, 1, 1)

  it('are never said, greedily or drawn, and the others as often as the model says among themselves', () => {
    const logits = scores(0.5, 0.2, 0.1, 0.2)
    expect(createSampler(choice({ temperature: 0 })).next(logits, allowed)).toBe(3)
    const sampler = createSampler(choice({ topP: 0.99 }))
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < draws; i++) {
      const token = sampler.next(logits, allowed)
      counts[token] = (counts[token] ?? 0) + 1
    }
    expect(chiSquare(counts, [0, 0, 1 / 3, 2 / 3])).toBeLessThan(10.8)
  })

  it('end the answer where the model gives no other a score', () => {
    expect(() => createSampler(choice()).next(Float32Array.of(1, 2, -Infinity, -Infinity), allowed)).toThrow(BrokenNumbersError)
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
