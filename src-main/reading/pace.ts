/** Of how long the speed is told, milliseconds. */
const latelyMilliseconds = 15_000

export interface Pace {
  /** How many tokens were read of late each second, with these now; null before anything can be said. */
  tokensPerSecond(tokens: number): number | null
}

/** @param now monotonic milliseconds */
export function createPace(now: () => number): Pace {
  let seen: readonly { readonly at: number; readonly tokens: number }[] = []
  return {
    tokensPerSecond(tokens) {
      const at = now()
      seen = [...seen.filter((each) => at - each.at < latelyMilliseconds), { at, tokens }]
      const [first] = seen
      return first === undefined || tokens <= first.tokens ? null : (1_000 * (tokens - first.tokens)) / (at - first.at)
    },
  }
}
