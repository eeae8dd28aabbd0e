import type { Span } from '../contract/document'
import { joinUnits, spanIn } from './across'
import { fold, sourceEnd, sourceStart } from '../text/fold'
import type { UnitText } from '../contract/library'

const spansMax = 1000

/** Where a text stands in units: letters folded as in search, any white space equal to one blank; also across the end of a unit. */
export function findText(units: readonly UnitText[], text: string): readonly Span[] {
  const wanted = squeeze(fold(text).text).text.trim()
  if (wanted === '') return []
  const spans: Span[] = []
  units.forEach(({ unit, text: own }, index) => {
    if (spans.length >= spansMax) return
    for (const [start, end] of occurrences(own, wanted)) spans.push({ start: { unit, offset: start }, end: { unit, offset: end } })
    const next = units[index + 1]
    if (next !== undefined) spans.push(...acrossEnd(own, next.text, unit, wanted))
  })
  return spans.slice(0, spansMax)
}

/** Occurrences that begin in one unit and end in the next. */
function acrossEnd(own: string, next: string, unit: number, wanted: string): readonly Span[] {
  const reach = 3 * wanted.length + 16
  const from = Math.max(0, own.length - reach)
  const crossing = joinUnits(own.slice(from), next.slice(0, reach))
  return occurrences(crossing.text, wanted)
    .filter(([start, end]) => start < crossing.own && end > crossing.own + crossing.joint)
    .map(([start, end]) => spanIn(crossing, { unit, offset: from }, start, end))
}

function occurrences(text: string, wanted: string): readonly (readonly [number, number])[] {
  const folded = fold(text)
  const squeezed = squeeze(folded.text)
  const found: (readonly [number, number])[] = []
  for (let at = squeezed.text.indexOf(wanted); at >= 0; at = squeezed.text.indexOf(wanted, at + wanted.length)) {
    found.push([sourceStart(folded, squeezed.at(at)), sourceEnd(folded, squeezed.at(at + wanted.length - 1) + 1)])
    if (found.length > spansMax) break
  }
  return found
}

/** White space made single blanks; `at` gives the place of a character before that. */
function squeeze(text: string): { readonly text: string; readonly at: (index: number) => number } {
  const places: number[] = []
  const shifts: number[] = []
  let removed = 0
  const squeezed = text.replace(/\s+/g, (blanks, at: number) => {
    if (blanks.length > 1) {
      removed += blanks.length - 1
      places.push(at + 1 - (removed - blanks.length + 1))
      shifts.push(removed)
    }
    return ' '
  })
  return { text: squeezed, at: (index) => index + shiftAt(places, shifts, index) }
}

function shiftAt(places: readonly number[], shifts: readonly number[], index: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : shifts[low - 1] ?? 0
}
