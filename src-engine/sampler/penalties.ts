import type { Choice } from './settings'

/** Makes what an answer has said less likely. What the prompt says stays as likely as it is: an answer may quote. */
interface Penalties {
  said(token: number): void
  /** Changes the scores of all tokens that were said. */
  apply(scores: Float32Array): void
}

/** The repetition penalty is that of CTRL (Keskar et al. 2019), here and there for each token once, however often it was said. */
export function createPenalties({ repetitionPenalty, presencePenalty }: Choice): Penalties | null {
  if (repetitionPenalty === 1 && presencePenalty === 0) return null
  const tokens = new Set<number>()
  return {
    said: (token) => void tokens.add(token),
    apply(scores) {
      for (const token of tokens) {
        const score = scores[token] ?? 0
        scores[token] = (score > 0 ? score / repetitionPenalty : score * repetitionPenalty) - presencePenalty
      }
    },
  }
}
