import type { ReadingScope, UnitRange } from './reading'

/** The units of a scope, of a document with so many. */
export function unitsOfScope(scope: ReadingScope, unitsTotal: number): readonly UnitRange[] {
  if (scope.kind === 'units') return scope.units
  return unitsTotal === 0 ? [] : [[0, unitsTotal - 1]]
}

export const countUnits = (ranges: readonly UnitRange[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** In ascending order, what touches or overlaps as one, nothing past the end of a document with so many units. */
export function joinUnits(ranges: readonly UnitRange[], unitsTotal: number): readonly UnitRange[] {
  const joined: UnitRange[] = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const open = joined.at(-1)
    if (first >= unitsTotal) break
    if (open !== undefined && first <= open[1] + 1) joined[joined.length - 1] = [open[0], Math.max(open[1], Math.min(last, unitsTotal - 1))]
    else joined.push([first, Math.min(last, unitsTotal - 1)])
  }
  return joined
}

/** Of something that each unit has so much of, what these have together. */
export const sumOfUnits = (ranges: readonly UnitRange[], each: readonly number[]): number =>
  ranges.reduce((sum, [first, last]) => sum + each.slice(first, last + 1).reduce((a, b) => a + b, 0), 0)

/** Each by itself, in their order. */
export const listUnits = (ranges: readonly UnitRange[]): readonly number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))

/** The first so many units of these. */
export function firstUnits(ranges: readonly UnitRange[], count: number): readonly UnitRange[] {
  let left = count
  return ranges.flatMap(([first, last]): UnitRange[] => {
    const taken = Math.min(left, last - first + 1)
    left -= taken
    return taken > 0 ? [[first, first + taken - 1]] : []
  })
}
