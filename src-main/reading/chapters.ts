import type { OutlineEntry } from '../contract/document'
import type { UnitText } from '../contract/library'
import type { Chapter, UnitRange } from '../contract/reading'
import { fold } from '../text/fold'

/** A document without contents is parted into so many units. */
const unitsEach = 10
/** A title that stands after so many letters at most opens its page: a running head or a number may come before it. */
const lettersBefore = 24

export interface CountedText {
  readonly units: readonly Pick<UnitText, 'text'>[]
  /** Of each unit. */
  readonly tokens: readonly number[]
}

/**
 * What can be read of a document by itself: each entry of its contents to where the next of its level or a higher one begins. A page on which the
 * next begins further down belongs to both.
 */
export function chaptersOf(outline: readonly OutlineEntry[], text: CountedText): readonly Chapter[] {
  const count = text.units.length
  const entries = outline.filter(({ unit }) => unit < count)
  const [first] = entries
  if (first === undefined) return stretchesOf(text)
  const before: readonly OutlineEntry[] = first.unit > 0 ? [{ title: '', level: 1, unit: 0 }] : []
  return [...before, ...entries].map(({ title, level, unit }, i, all) => {
    const next = all.find((other, j) => j > i && other.level <= level)
    const end = next === undefined ? count - 1 : opensUnit(next, text) ? next.unit - 1 : next.unit
    const units: UnitRange = [unit, Math.max(unit, end)]
    return { title, level, units, tokens: tokensOf(text, units) }
  })
}

function opensUnit({ title, unit }: OutlineEntry, { units }: CountedText): boolean {
  const at = letters(units[unit]?.text ?? '').indexOf(letters(title))
  return at >= 0 && at <= lettersBefore
}

const letters = (text: string): string => fold(text).text.replace(/[^\p{L}\p{N}]/gu, '')

const tokensOf = ({ tokens }: CountedText, [first, last]: UnitRange): number => tokens.slice(first, last + 1).reduce((sum, count) => sum + count, 0)

function stretchesOf(text: CountedText): readonly Chapter[] {
  return Array.from({ length: Math.ceil(text.units.length / unitsEach) }, (_, i) => {
    const units: UnitRange = [i * unitsEach, Math.min(text.units.length, (i + 1) * unitsEach) - 1]
    return { title: '', level: 1, units, tokens: tokensOf(text, units) }
  })
}
