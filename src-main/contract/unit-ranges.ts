import type { ReadingScope, UnitRange } from './reading'

/** The units of a scope, of a document with so many. */
export function unitsOfScope(scope: ReadingScope, unitsTotal: number): readonly UnitRange[] {
  if (scope.kind === 'units') return scope.units
  return unitsTotal === 0 ? [] : [[0, unitsTotal - 1]]
}

export const countUnits = (ranges: readonly UnitRange[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)

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
