import type { Coverage } from './contract'

/** Consecutive numbers drawn together: [1, 2, 3, 7] is "1-3, 7". Input in any order; at most `rangesMax` ranges, then an ellipsis. */
export function rangesText(numbers: readonly number[], rangesMax = 8): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const ranges: { first: number; last: number }[] = []
  for (const number of sorted) {
    const open = ranges.at(-1)
    if (open !== undefined && number === open.last + 1) open.last = number
    else ranges.push({ first: number, last: number })
  }
  const shown = ranges.slice(0, rangesMax).map(({ first, last }) => (first === last ? `${first}` : `${first}\u2013${last}`))
  return ranges.length > rangesMax ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** One line of what the model had in view. */
export interface CoverageLine {
  readonly title: string
  readonly complete: boolean
  readonly paginated: boolean
  readonly inView: number
  readonly total: number
  /** 1-based, as ranges. */
  readonly ranges: string
}

export const coverageLines = (coverage: Coverage): readonly CoverageLine[] =>
  coverage.documents.map(({ title, unitsInView, unitsTotal, paginated }) => {
    const inView = new Set(unitsInView).size
    return { title, complete: inView >= unitsTotal && unitsTotal > 0, paginated, inView, total: unitsTotal, ranges: rangesText(unitsInView.map((unit) => unit + 1)) }
  })
