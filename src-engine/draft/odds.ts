/** How likely a drafted token is what the model says, by the length of the match before it; learnt while an answer is written. */
interface Odds {
  /** How many of `count` tokens after a match of this length are expected to be said, one after the other. */
  expected(matchLength: number, count: number): number
  /** Of `count` tokens drafted after such a match, the first `accepted` were said. */
  learn(matchLength: number, count: number, accepted: number): void
  /** A token was said: what was seen before counts a little less, as answers quote in stretches. */
  fade(): void
}

/** Of drafted tokens, how many were said and how many were not. */
interface Tally {
  readonly hits: number
  readonly misses: number
}

/** What is believed before anything was seen, by matches up to a length. */
const beliefs: readonly (Tally & { readonly lengthMax: number })[] = [
  { lengthMax: 3, hits: 1, misses: 1.5 }, { lengthMax: 4, hits: 1.5, misses: 1.2 }, { lengthMax: 6, hits: 2, misses: 1 },
  { lengthMax: 10, hits: 3, misses: 0.8 }, { lengthMax: 18, hits: 4, misses: 0.5 }, { lengthMax: Infinity, hits: 6, misses: 0.4 },
]
const kept = 0.98

export function createOdds(): Odds {
  let seen: readonly Tally[] = beliefs.map(() => ({ hits: 0, misses: 0 }))
  const indexOf = (length: number): number => beliefs.findIndex(({ lengthMax }) => length <= lengthMax)

  function chanceAfter(length: number): number {
    const index = indexOf(length)
    const hits = (beliefs[index]?.hits ?? 0) + (seen[index]?.hits ?? 0)
    const misses = (beliefs[index]?.misses ?? 0) + (seen[index]?.misses ?? 0)
    return hits / (hits + misses)
  }

  function add(length: number, { hits, misses }: Tally): void {
    const index = indexOf(length)
    seen = seen.map((tally, i) => (i === index ? { hits: tally.hits + hits, misses: tally.misses + misses } : tally))
  }

  return {
    expected(matchLength, count) {
      let all = 0
      let chance = 1
      for (let i = 0; i < count; i++) {
        chance *= chanceAfter(matchLength + i)
        all += chance
      }
      return all
    },
    learn(matchLength, count, accepted) {
      for (let i = 0; i < accepted; i++) add(matchLength + i, { hits: 1, misses: 0 })
      if (accepted < count) add(matchLength + accepted, { hits: 0, misses: 1 })
    },
    fade() {
      seen = seen.map(({ hits, misses }) => ({ hits: hits * kept, misses: misses * kept }))
    },
  }
}
