/**
 * Decides how many tokens are drafted. Two rules: a draft has to promise more tokens in the time than single steps, and what failed drafts may
 * lose is bounded: a small advance, a share of what is said, and what drafts have won. So no text is written noticeably slower than without.
 */
import type { Match } from './lookup'
import { createOdds } from './odds'
import type { Pace } from './pace'

/** Tokens that run together: one, and those that are drafted after it. ggml's fastest kernels take four rows at a time. */
const runSizes = [2, 4, 8, 16] as const
export const draftedMax = 15

/** In single steps. */
const advance = 1
const lossPerToken = 0.01
const savedMax = 8
/** How much more a draft has to promise: what is expected is known roughly. */
const worthwhile = 1.1

interface Plan {
  /** Tokens of the run that is worth while: 1 for no draft. At most `room`. */
  size(match: Match | null, room: number): number
  /** A token was said. */
  said(): void
  /** Of a run of `size` tokens after a match, the first `accepted` of those drafted were said. */
  ran(matchLength: number, size: number, accepted: number): void
}

export function createPlan(pace: Pace): Plan {
  const odds = createOdds()
  /** Single steps that may be lost. */
  let saved = advance

  return {
    size(match, room) {
      let best = 1
      if (match === null) return best
      let bestRate = worthwhile
      for (const size of runSizes) {
        const cost = pace.cost(size)
        if (size > room || size - 1 > match.next.length || pace.isExact(size) === false || cost - 1 > saved) continue
        const rate = (1 + odds.expected(match.length, size - 1)) / cost
        if (rate > bestRate) [best, bestRate] = [size, rate]
      }
      return best
    },
    said() {
      odds.fade()
      saved = Math.min(savedMax, saved + lossPerToken)
    },
    ran(matchLength, size, accepted) {
      odds.learn(matchLength, size - 1, accepted)
      saved = Math.min(savedMax, saved + 1 + accepted - pace.cost(size))
    },
  }
}
