import { integer, type NumberingReference } from './styles'
import { childOf, elementsOf, valueOf, type XmlElement } from './xml'

interface Level {
  readonly start: number
  readonly format: string
  /** "%1.%2" with the place of each level's number. */
  readonly text: string
  readonly legal: boolean
  /** The paragraph style that this level is for. */
  readonly style: string | null
  /** Whether it goes on counting after a higher level. */
  readonly goesOn: boolean
}

interface List {
  /** Lists with the same key count together. */
  readonly key: string
  readonly levels: readonly (Level | undefined)[]
  readonly restarts: ReadonlyMap<number, number>
}

/** Counts the paragraphs of a document's lists in reading order and gives each the label that Word draws for it. */
export interface Numbering {
  /** "2.1", "(a)", "IV."; '' for bullets and lists without numbers. */
  readonly label: (reference: NumberingReference) => string
  /** The level that a list keeps for a paragraph style; null where it keeps none. */
  readonly levelOfStyle: (numId: string, styleId: string | null) => number | null
}

const levelsMax = 9

/** Reads `numbering.xml` (ECMA-376 Part 1, 17.9). */
export function createNumbering(part: readonly XmlElement[]): Numbering {
  const abstracts = readAbstracts(part)
  const lists = new Map<string, List>()
  for (const element of part) {
    const id = element.attributes['w:numId']
    if (element.name === 'w:num' && id !== undefined) lists.set(id, readList(element, abstracts))
  }
  const counters = new Map<string, (number | undefined)[]>()
  const restarted = new Set<string>()
  return {
    label({ numId, level: place }) {
      const list = lists.get(numId)
      const at = Math.min(Math.max(place, 0), levelsMax - 1)
      const level = list?.levels[at]
      if (list === undefined || level === undefined) return ''
      const counts = counters.get(list.key) ?? []
      counters.set(list.key, counts)
      const restart = list.restarts.get(at)
      if (restart !== undefined && !restarted.has(`${numId} ${at}`)) {
        restarted.add(`${numId} ${at}`)
        counts[at] = restart - 1
      }
      for (let above = 0; above < at; above += 1) counts[above] ??= list.levels[above]?.start ?? 1
      counts[at] = (counts[at] ?? level.start - 1) + 1
      for (let under = at + 1; under < counts.length; under += 1) if (list.levels[under]?.goesOn !== true) counts[under] = undefined
      return draw(level, list, counts)
    },
    levelOfStyle(numId, styleId) {
      const at = styleId === null ? -1 : lists.get(numId)?.levels.findIndex((level) => level?.style === styleId) ?? -1
      return at === -1 ? null : at
    },
  }
}

/** Abstract lists by id; one that only points to a list style stands for the one that the style is for. */
function readAbstracts(part: readonly XmlElement[]): ReadonlyMap<string, XmlElement> {
  const all = part.filter((element) => element.name === 'w:abstractNum')
  const byStyle = new Map(all.flatMap((element) => (valueOf(element, 'w:styleLink') === undefined ? [] : [[valueOf(element, 'w:styleLink'), element] as const])))
  return new Map(all.map((element) => [element.attributes['w:abstractNumId'] ?? '', byStyle.get(valueOf(element, 'w:numStyleLink')) ?? element]))
}

function readList(element: XmlElement, abstracts: ReadonlyMap<string, XmlElement>): List {
  const abstract = abstracts.get(valueOf(element, 'w:abstractNumId') ?? '')
  const levels: (Level | undefined)[] = []
  const restarts = new Map<number, number>()
  for (const child of elementsOf(abstract)) if (child.name === 'w:lvl') levels[integer(child.attributes['w:ilvl']) ?? 0] = readLevel(child)
  for (const override of elementsOf(element)) {
    if (override.name !== 'w:lvlOverride') continue
    const at = integer(override.attributes['w:ilvl']) ?? 0
    const replaced = childOf(override, 'w:lvl')
    if (replaced !== undefined) levels[at] = readLevel(replaced)
    const start = integer(valueOf(override, 'w:startOverride'))
    if (start !== null) restarts.set(at, start)
  }
  return { key: abstract?.attributes['w:abstractNumId'] ?? '', levels: levels.slice(0, levelsMax), restarts }
}

const readLevel = (element: XmlElement): Level => ({
  start: integer(valueOf(element, 'w:start')) ?? 1,
  format: valueOf(element, 'w:numFmt') ?? 'decimal',
  text: valueOf(element, 'w:lvlText') ?? '',
  legal: childOf(element, 'w:isLgl') !== undefined,
  style: valueOf(element, 'w:pStyle') ?? null,
  goesOn: valueOf(element, 'w:lvlRestart') === '0',
})

function draw(level: Level, list: List, counts: readonly (number | undefined)[]): string {
  if (level.format === 'bullet' || level.format === 'none') return ''
  return level.text.replace(/%([1-9])/g, (_, digit: string) => {
    const at = Number(digit) - 1
    const count = counts[at]
    if (count === undefined) return ''
    const format = level.legal ? 'decimal' : list.levels[at]?.format ?? 'decimal'
    return formats[format]?.(count) ?? String(count)
  }).trim()
}

const roman: readonly (readonly [number, string])[] = [
  [1000, 'm'], [900, 'cm'], [500, 'd'], [400, 'cd'], [100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'], [5, 'v'], [4, 'iv'], [1, 'i'],
]

function toRoman(count: number): string {
  if (count < 1 || count > 3_999) return String(count)
  let rest = count
  let written = ''
  for (const [value, letters] of roman) {
    while (rest >= value) {
      written += letters
      rest -= value
    }
  }
  return written
}

/** a ... z, aa, bb ...: Word repeats the letter. */
const toLetter = (count: number): string =>
  count < 1 || count > 780 ? String(count) : String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.ceil(count / 26))

const ordinalEnding = (count: number): string => {
  const tens = count % 100
  return tens >= 11 && tens <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][count % 10] ?? 'th'
}

const hanDigits = '〇一二三四五六七八九'

function toHan(count: number): string {
  if (count < 1 || count > 99) return String(count)
  const tens = Math.floor(count / 10)
  const ones = count % 10
  return `${tens > 1 ? hanDigits[tens] ?? '' : ''}${tens > 0 ? '十' : ''}${ones > 0 ? hanDigits[ones] ?? '' : ''}`
}

const formats: Readonly<Record<string, (count: number) => string>> = {
  decimalZero: (count) => String(count).padStart(2, '0'),
  lowerRoman: toRoman,
  upperRoman: (count) => toRoman(count).toUpperCase(),
  lowerLetter: toLetter,
  upperLetter: (count) => toLetter(count).toUpperCase(),
  ordinal: (count) => `${count}${ordinalEnding(count)}`,
  chineseCounting: toHan,
  chineseCountingThousand: toHan,
  japaneseCounting: toHan,
  ideographDigital: toHan,
  taiwaneseCountingThousand: toHan,
  none: () => '',
}
