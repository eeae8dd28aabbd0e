import { countRtl } from './characters'
import { least, most } from './extent'
import { insetFont } from './pieces'
import type { Segment } from './segments'

const text = (segment: Segment): string => segment.pieces.map((piece) => piece.text).join(' ')

/** Whether two sides of a gutter are columns of text to be read one after the other, and not cells of rows. */
export function areColumns(left: readonly Segment[], right: readonly Segment[], gutter: number): boolean {
  if (left.length < 2 || right.length < 2) return false
  if (haveLeaders(left) && haveLeaders(right)) return true
  if (isFigures(left) || isFigures(right) || isFilledIn(left) || isFilledIn(right)) return false
  if (isDrawnByColumn(left, right)) return !isGrid(left, right)
  return isProse(left, least(left, (segment) => segment.x), gutter) && isProse(right, gutter, most(right, (segment) => segment.right))
}

/** Entries of an index or a table of contents, each with its page number. */
const haveLeaders = (side: readonly Segment[]): boolean => side.filter((segment) => /(?:[.…] ?){3}/.test(text(segment))).length > 0.4 * side.length

/** Values of form fields stand in the row of their question. */
const isFilledIn = (side: readonly Segment[]): boolean => side.every((segment) => segment.pieces.every((piece) => piece.font === insetFont))

const isFigures = (side: readonly Segment[]): boolean => side.filter((segment) => !/\p{L}{3}/u.test(text(segment))).length > 0.6 * side.length

/** The drawing goes down one side before it comes to the other. */
function isDrawnByColumn(left: readonly Segment[], right: readonly Segment[]): boolean {
  const placed = (segments: readonly Segment[], side: number): { readonly side: number; readonly order: number }[] =>
    segments.map((segment) => ({ side, order: segment.pieces[0]?.order ?? 0 }))
  const drawn = [...placed(left, 0), ...placed(right, 1)].sort((a, b) => a.order - b.order)
  const changes = drawn.filter((entry, index) => index > 0 && entry.side !== drawn[index - 1]?.side).length
  return changes <= Math.max(1, 0.2 * Math.min(left.length, right.length))
}

/** Short cells of which each has a partner on the same baseline. */
function isGrid(left: readonly Segment[], right: readonly Segment[]): boolean {
  if (left.length !== right.length) return false
  const aligned = left.every((cell) => right.some((other) => Math.abs(other.baseline - cell.baseline) < 0.15 * cell.size))
  const mean = (side: readonly Segment[]): number => side.reduce((sum, segment) => sum + text(segment).length, 0) / side.length
  return aligned && Math.min(mean(left), mean(right)) <= 12 && left.length <= 12
}

/** Lines of several words that fill their column. */
function isProse(side: readonly Segment[], from: number, to: number): boolean {
  const lines = side.map((segment) => ({ words: text(segment).split(' ').length, letters: text(segment).length, width: segment.right - segment.x }))
  const wide = most(lines, (line) => line.width)
  const full = lines.filter((line) => line.width > 0.75 * wide).length
  const solid = lines.filter((line) => line.words >= 3 || line.letters >= 12 && line.width > 10 * (side[0]?.size ?? 1)).length
  return wide > 0.5 * (to - from) && full >= 0.6 * lines.length && solid >= 0.7 * lines.length
}

export function isRtl(left: readonly Segment[], right: readonly Segment[]): boolean {
  let rtl = 0
  let all = 0
  for (const segment of [...left, ...right]) {
    const content = text(segment)
    rtl += countRtl(content)
    all += content.length
  }
  return rtl > 0.4 * all
}
