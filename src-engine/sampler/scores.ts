/** Scores that are not numbers, or all the same: the computation broke, and going on would print one token for ever. */
export class BrokenNumbersError extends Error {
  constructor(what: string) {
    super(`The model's computation broke: ${what}. The answer ends here.`)
    this.name = 'BrokenNumbersError'
  }
}

/** @throws BrokenNumbersError if the scores cannot come from a working model. */
export function checkScores(scores: Float32Array): void {
  let least = Infinity
  let highest = -Infinity
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] ?? NaN
    // One comparison finds a score that is no number: it is neither below nor above.
    if (!(score <= highest)) {
      if (Number.isNaN(score)) throw new BrokenNumbersError('a score is not a number')
      highest = score
    }
    if (score < least) least = score
  }
  if (!Number.isFinite(highest)) throw new BrokenNumbersError('a score is without bounds')
  if (least === highest && scores.length > 1) throw new BrokenNumbersError('all scores are equal')
}

/** The highest score, of equal ones the lowest token. */
export function highestOf(scores: Float32Array): number {
  let best = 0
  for (let id = 1; id < scores.length; id++) if ((scores[id] ?? 0) > (scores[best] ?? 0)) best = id
  return best
}
