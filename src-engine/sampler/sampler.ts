/** Chooses the next token from the model's scores. */
import type { Sampling } from '../protocol'
import { createRandom } from './random'

export interface Sampler {
  /** @throws BrokenNumbersError if the scores cannot come from a working model. */
  next(logits: Float32Array): number
}

/** Scores that are not numbers, or all the same: the computation broke, and going on would print one token for ever. */
export class BrokenNumbersError extends Error {
  constructor(what: string) {
    super(`The model's computation broke: ${what}. The answer ends here.`)
    this.name = 'BrokenNumbersError'
  }
}

/** What of `Sampling` decides between tokens. `temperature` 0 takes the highest score, of equal ones the lowest token. */
export type Choice = Pick<Sampling, 'temperature' | 'topP' | 'minP' | 'seed'>

export function createSampler(choice: Choice): Sampler {
  const random = createRandom(choice.seed)
  let weights = new Float64Array(0)
  return {
    next(logits) {
      const best = argmax(logits)
      if (!(choice.temperature > 0)) return best
      if (weights.length !== logits.length) weights = new Float64Array(logits.length)
      const sum = weigh(logits, logits[best] ?? 0, choice.temperature, choice.minP, weights)
      const kept = choice.topP < 1 ? nucleus(weights, sum, choice.topP) : null
      return draw(weights, kept, random())
    },
  }
}

function argmax(logits: Float32Array): number {
  let best = 0
  let least = Infinity
  let highest = -Infinity
  for (let id = 0; id < logits.length; id++) {
    const score = logits[id] ?? NaN
    if (Number.isNaN(score)) throw new BrokenNumbersError('a score is not a number')
    if (score < least) least = score
    if (score > highest) {
      highest = score
      best = id
    }
  }
  if (!Number.isFinite(highest)) throw new BrokenNumbersError('a score is without bounds')
  if (least === highest && logits.length > 1) throw new BrokenNumbersError('all scores are equal')
  return best
}

/** Fills `weights` with each token's probability divided by the best one's, 0 where that is below `minP`; gives their sum. */
function weigh(logits: Float32Array, highest: number, temperature: number, minP: number, weights: Float64Array): number {
  let sum = 0
  for (let id = 0; id < logits.length; id++) {
    const weight = Math.exp(((logits[id] ?? 0) - highest) / temperature)
    weights[id] = weight < minP ? 0 : weight
    sum += weights[id] ?? 0
  }
  return sum
}

/**
 * The fewest tokens that together hold `topP` of the probability (Holtzman et al. 2020), likeliest first, of equal ones the lower.
 * Tokens under (1 - topP) / n hold less than 1 - topP even together, so that they are left out before sorting.
 */
function nucleus(weights: Float64Array, sum: number, topP: number): Int32Array {
  const floor = (sum * (1 - topP)) / weights.length
  const candidates: number[] = []
  for (let id = 0; id < weights.length; id++) if ((weights[id] ?? 0) > floor) candidates.push(id)
  candidates.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
  let held = 0
  let count = 0
  while (count < candidates.length && (count === 0 || held < topP * sum)) held += weights[candidates[count++] ?? 0] ?? 0
  return Int32Array.from(candidates.slice(0, count))
}

/** The token at which the running sum of weights passes `at` (0 to 1) of the whole; `kept` null means all tokens. */
function draw(weights: Float64Array, kept: Int32Array | null, at: number): number {
  const count = kept === null ? weights.length : kept.length
  const idOf = (i: number): number => (kept === null ? i : kept[i] ?? 0)
  let sum = 0
  for (let i = 0; i < count; i++) sum += weights[idOf(i)] ?? 0
  let left = at * sum
  let last = idOf(0)
  for (let i = 0; i < count; i++) {
    const weight = weights[idOf(i)] ?? 0
    if (weight === 0) continue
    last = idOf(i)
    left -= weight
    if (left < 0) return last
  }
  return last
}
