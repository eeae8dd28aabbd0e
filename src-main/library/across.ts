import type { Position, Span } from '../contract/document'

/**
 * Text that runs from one unit into the next. `joint` characters stand between the two parts; offsets before it belong to the first
 * unit, those after it to the second.
 */
export interface Crossing {
  readonly text: string
  /** Length of the first unit's part. */
  readonly own: number
  readonly joint: number
}

const unspacedEnd = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u30fc\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u3001\u3002]$/u
const unspacedStart = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u
const hyphenEnd = /\p{L}[-\u00ad\u2010]$/u
const lowerStart = /^\p{Ll}/u

/**
 * Joins the end of a unit to the beginning of the next for search: a word broken by a hyphen becomes one (the hyphen is made soft, which
 * keeps every offset), unspaced scripts touch, everything else gets a blank.
 */
export function joinUnits(first: string, second: string): Crossing {
  const trimmed = first.trimEnd()
  if (hyphenEnd.test(trimmed) && lowerStart.test(second)) return { text: `${trimmed.slice(0, -1)}\u00ad${second}`, own: trimmed.length, joint: 0 }
  if (unspacedEnd.test(trimmed) && unspacedStart.test(second)) return { text: trimmed + second, own: trimmed.length, joint: 0 }
  return { text: `${first} ${second}`, own: first.length, joint: 1 }
}

/** Where [start, end) of a crossing's text lies, which begins at the position `from`. What ends with the first unit ends in it. */
export function spanIn(crossing: Crossing, from: Position, start: number, end: number): Span {
  const inFirst = (offset: number): Position => ({ unit: from.unit, offset: from.offset + offset })
  const inSecond = (offset: number): Position => ({ unit: from.unit + 1, offset: Math.max(0, offset - crossing.own - crossing.joint) })
  return { start: start < crossing.own ? inFirst(start) : inSecond(start), end: end <= crossing.own ? inFirst(end) : inSecond(end) }
}

/** Text of a span as it stands in the source; parts of different units are joined by one blank. */
export function spanText(textOf: (unit: number) => string, span: Span): string {
  return parts(textOf, span).join(' ')
}

/** Text of a span for the index. */
export function spanSearchText(textOf: (unit: number) => string, span: Span): string {
  return parts(textOf, span).reduce((before, part) => (before === '' ? part : joinUnits(before, part).text), '')
}

function parts(textOf: (unit: number) => string, { start, end }: Span): readonly string[] {
  const all: string[] = []
  for (let unit = start.unit; unit <= end.unit; unit += 1) {
    const text = textOf(unit)
    const part = text.slice(unit === start.unit ? start.offset : 0, unit === end.unit ? end.offset : text.length)
    if (part !== '') all.push(part)
  }
  return all
}
