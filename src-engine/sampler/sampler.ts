/** Chooses the next token from the model's scores. */
import { candidatesOf, type Candidates } from './candidates'
import { createPenalties } from './penalties'
import { createRandom } from './random'
import { BrokenNumbersError, checkScores, highestOf } from './scores'
import type { Choice } from './settings'

interface Sampler {
  /**
   * The token that is said next: greedily the highest score, of equal ones the lowest token; else drawn, with one random number a token,
   * so that how the scores were computed, one by one or drafted, makes no difference.
   * @param allowed 1 for each token that may be said; null allows all
   * @throws BrokenNumbersError if the scores cannot come from a working model
   */
  next(logits: Float32Array, allowed?: Uint8Array | null): number
}

export function createSampler(choice: Choice): Sampler {
  const random = createRandom(choice.seed)
  const penalties = createPenalties(choice)
  let changed = new Float32Array(0)
  let weights = new Float64Array(0)

  /** The scores as they are, or a copy with what was said and what is not allowed less likely. */
  function adjust(logits: Float32Array, allowed: Uint8Array | null): Float32Array {
    if (penalties === null && allowed === null) return logits
    if (changed.length !== logits.length) changed = new Float32Array(logits.length)
    changed.set(logits)
    penalties?.apply(changed)
    if (allowed !== null) for (let id = 0; id < changed.length; id++) if (allowed[id] !== 1) changed[id] = -Infinity
    return changed
  }

  return {
    next(logits, allowed = null) {
      checkScores(logits)
      const scores = adjust(logits, allowed)
      const best = highestOf(scores)
      if (scores[best] === -Infinity) throw new BrokenNumbersError('no token that may come next has a score')
      if (weights.length !== scores.length) weights = new Float64Array(scores.length)
      const token = choice.temperature > 0 ? draw(candidatesOf(scores, best, choice, weights), random()) : best
      penalties?.said(token)
      return token
    },
  }
}

/** The token at which the running sum of weights passes `at` (0 to 1) of the whole. */
function draw({ weights, ids }: Candidates, at: number): number {
  const count = ids?.length ?? weights.length
  const idOf = (i: number): number => (ids === null ? i : ids[i] ?? 0)
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
