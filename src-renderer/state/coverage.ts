import type { Coverage, DocumentId } from './contract'

export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** Consecutive numbers drawn together: [1, 2, 3, 7] is 1 to 3 and 7. Input in any order. */
export function rangesOf(numbers: readonly number[]): readonly NumberRange[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const ranges: { first: number; last: number }[] = []
  for (const number of sorted) {
    const open = ranges.at(-1)
    if (open !== undefined && number === open.last + 1) open.last = number
    else ranges.push({ first: number, last: number })
  }
  return ranges
}

export const rangeText = ({ first, last }: NumberRange): string => (first === last ? `${first}` : `${first}\u2013${last}`)

/** Ranges in words: "1–3, 7"; at most `rangesMax`, then an ellipsis. */
export function rangesText(numbers: readonly number[], rangesMax = 8): string {
  const ranges = rangesOf(numbers)
  const shown = ranges.slice(0, rangesMax).map(rangeText)
  return ranges.length > rangesMax ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** One line of what the model had in view. */
export interface CoverageLine {
  readonly document: DocumentId
  readonly title: string
  readonly complete: boolean
  readonly paginated: boolean
  readonly inView: number
  readonly total: number
  /** Numbers from 1. */
  readonly ranges: readonly NumberRange[]
}

export const coverageLines = (coverage: Coverage): readonly CoverageLine[] =>
  coverage.documents.map(({ document, title, unitsInView, unitsTotal, paginated }) => {
    const inView = new Set(unitsInView).size
    const complete = inView >= unitsTotal && unitsTotal > 0
    return { document, title, complete, paginated, inView, total: unitsTotal, ranges: rangesOf(unitsInView.map((unit) => unit + 1)) }
  })
