/** What is known of a loaded model's steps on this machine: what several tokens together cost, and whether they give the bits of single ones. */
export interface Pace {
  /** What a run of so many tokens costs, in single steps. */
  cost(tokens: number): number
  measured(tokens: number, milliseconds: number): void
  /** Whether runs of so many tokens give the bits of single steps; null while that was not tried. */
  isExact(tokens: number): boolean | null
  tried(tokens: number, exact: boolean): void
}

/** Runs whose median counts: other work on the machine may hold up any single one. */
const runsKept = 9
/** Believed of each further token, until it was measured. */
const furtherCost = 0.3

export function createPace(): Pace {
  const runs = new Map<number, number[]>()
  const exact = new Map<number, boolean>()
  return {
    cost(tokens) {
      const [single, together] = [median(runs.get(1)), median(runs.get(tokens))]
      if (single === null || together === null || single === 0) return 1 + furtherCost * (tokens - 1)
      return Math.max(1, together / single)
    },
    measured(tokens, milliseconds) {
      const kept = runs.get(tokens) ?? []
      runs.set(tokens, [...kept.slice(1 - runsKept), milliseconds])
    },
    isExact: (tokens) => exact.get(tokens) ?? null,
    tried: (tokens, same) => void exact.set(tokens, same),
  }
}

function median(values: readonly number[] | undefined): number | null {
  return values?.toSorted((a, b) => a - b)[values.length >> 1] ?? null
}
