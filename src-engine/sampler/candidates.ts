/** The tokens among which one is drawn, and their probabilities, each over that of the best. */
import type { Choice } from './settings'

export interface Candidates {
  readonly weights: Float64Array
  /** Likeliest first, of equal ones the lower token first; null for all tokens, in their order. */
  readonly ids: readonly number[] | null
}

/**
 * Temperature, then top-k, min-p and top-p, each of what the one before has left. `weights` is filled, as long as `scores`.
 * @param best a token with the highest score
 */
export function candidatesOf(scores: Float32Array, best: number, { temperature, topK, topP, minP }: Choice, weights: Float64Array): Candidates {
  weigh(scores, scores[best] ?? 0, temperature, minP, weights)
  const cut = topK > 0 && topK < weights.length ? likeliest(weights, topK) : null
  return { weights, ids: topP < 1 ? nucleus(weights, cut, topP) : cut }
}

/** Each token's probability over the best one's, 0 where that is below `minP`. */
function weigh(scores: Float32Array, highest: number, temperature: number, minP: number, weights: Float64Array): void {
  // Most of a vocabulary is far below: it is left out before the exponential, with a margin for rounding.
  const least = minP > 0 ? highest + temperature * Math.log(minP) - 1e-3 * (1 + Math.abs(highest)) : -Infinity
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] ?? 0
    const weight = score < least ? 0 : Math.exp((score - highest) / temperature)
    weights[id] = weight < minP ? 0 : weight
  }
}

/** The `count` likeliest tokens, fewer where others have no weight. */
function likeliest(weights: Float64Array, count: number): readonly number[] {
  const ids: number[] = []
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] ?? 0
    if (weight === 0 || (ids.length === count && weight <= (weights[ids[count - 1] ?? 0] ?? 0))) continue
    if (ids.length === count) ids.pop()
    ids.splice(placeFor(weight, ids, weights), 0, id)
  }
  return ids
}

/** Behind the last that is at least so likely. */
function placeFor(weight: number, ids: readonly number[], weights: Float64Array): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((weights[ids[middle] ?? 0] ?? 0) >= weight) low = middle + 1
    else high = middle
  }
  return low
}

/** The fewest tokens that together hold `topP` of the probability (Holtzman et al. 2020). */
function nucleus(weights: Float64Array, cut: readonly number[] | null, topP: number): readonly number[] {
  const sum = cut === null ? weights.reduce((a, b) => a + b, 0) : cut.reduce((all, id) => all + (weights[id] ?? 0), 0)
  const sorted = cut ?? sortedAbove(weights, (sum * (1 - topP)) / weights.length)
  let held = 0
  let count = 0
  while (count < sorted.length && (count === 0 || held < topP * sum)) held += weights[sorted[count++] ?? 0] ?? 0
  return sorted.slice(0, count)
}

/** All tokens above `floor`: with top-p, those under (1 - topP) / n of the sum hold less than 1 - topP even together, and need no sorting. */
function sortedAbove(weights: Float64Array, floor: number): readonly number[] {
  const ids: number[] = []
  for (let id = 0; id < weights.length; id++) if ((weights[id] ?? 0) > floor) ids.push(id)
  return ids.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
}
