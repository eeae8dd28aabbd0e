/** A number that a running line may print: value and how it is written. */
interface Folio {
  readonly style: 'arabic' | 'roman' | 'ROMAN'
  readonly value: number
}

const supportMin = 3

/**
 * Printed page numbers from the running heads and feet of each page (`furniture`, lines apart by newlines), for files that carry no labels of their own.
 * Numbers count that go up with the pages; pages between two of them that print none are counted through. Null where nothing is printed.
 */
export function printedLabels(furniture: readonly string[]): readonly (string | null)[] {
  const series = seriesOf(furniture.map((lines, page) => ({ page, text: lines })))
  const labels = new Array<string | null>(furniture.length).fill(null)
  for (const [key, pages] of [...series].sort((a, b) => b[1].length - a[1].length)) {
    const [style = '', shift = '0'] = key.split(' ')
    for (const [first, last] of stretches(pages)) {
      if (labels.slice(first, last + 1).some((label) => label !== null)) continue
      for (let page = first; page <= last; page += 1) labels[page] = written(style, page - Number(shift))
    }
  }
  return labels
}

/** Lines whose page numbers go up with the pages, by what the numbers have in common: style and distance from the place in the file. */
function seriesOf(lines: readonly NumberedLine[]): ReadonlyMap<string, readonly number[]> {
  const series = new Map<string, number[]>()
  for (const { page, text } of lines) {
    for (const { style, value } of foliosOf(text)) {
      const key = `${style} ${page - value}`
      const pages = series.get(key)
      if (pages === undefined) series.set(key, [page])
      else if (pages.at(-1) !== page) pages.push(page)
    }
  }
  return series
}

export interface NumberedLine {
  readonly page: number
  readonly text: string
}

/** Which of these lines, in order of their pages, print the number of their page. */
export function numberedLines<T extends NumberedLine>(lines: readonly T[]): readonly T[] {
  const runs = new Map([...seriesOf(lines)].map(([key, pages]) => [key, stretches(pages)]))
  const isInSeries = (line: T): boolean => foliosOf(line.text).some(({ style, value }) =>
    runs.get(`${style} ${line.page - value}`)?.some(([first, last]) => line.page >= first && line.page <= last) === true)
  return lines.filter(isInSeries)
}

/** Parts of a series without wide holes and with enough pages that print their number. */
function stretches(pages: readonly number[]): (readonly [number, number])[] {
  const result: (readonly [number, number])[] = []
  let from = 0
  for (let index = 1; index <= pages.length; index += 1) {
    const before = pages[index - 1] ?? 0
    if (index < pages.length && (pages[index] ?? 0) - before <= 6) continue
    const first = pages[from] ?? 0
    if (index - from >= supportMin && index - from >= 0.5 * (before - first + 1)) result.push([first, before])
    from = index
  }
  return result
}

function foliosOf(furniture: string): readonly Folio[] {
  const found: Folio[] = []
  for (const line of furniture.split('\n')) {
    const words = line.replace(/^[\s–—-]+|[\s–—-]+$/g, '').split(/[\s|]+/)
    const page = /\b(?:page|p\.|seite|página|pagina|strona|sida|side)\s*(\d{1,5})\b/i.exec(line)?.[1]
    for (const word of new Set([page, words[0], words.at(-1)])) {
      const folio = word === undefined ? null : folioOf(word)
      if (folio !== null) found.push(folio)
    }
  }
  return found
}

function folioOf(word: string): Folio | null {
  if (/^\d{1,5}$/.test(word)) return { style: 'arabic', value: Number(word) }
  if (/^[٠-٩۰-۹]{1,5}$/.test(word)) return { style: 'arabic', value: Number([...word].map((digit) => digit.charCodeAt(0) % 16).join('')) }
  if (!/^(?:[ivxlc]{1,8}|[IVXLC]{1,8})$/.test(word)) return null
  const value = romanValue(word.toLowerCase())
  return value === null ? null : { style: word === word.toLowerCase() ? 'roman' : 'ROMAN', value }
}

const romans = [[100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'], [5, 'v'], [4, 'iv'], [1, 'i']] as const

function romanOf(value: number): string {
  let rest = value
  let text = ''
  for (const [worth, letters] of romans) {
    while (rest >= worth) {
      text += letters
      rest -= worth
    }
  }
  return text
}

function romanValue(text: string): number | null {
  let value = 0
  let rest = text
  for (const [worth, letters] of romans) {
    while (rest.startsWith(letters)) {
      value += worth
      rest = rest.slice(letters.length)
    }
  }
  return rest === '' && romanOf(value) === text ? value : null
}

function written(style: string, value: number): string {
  if (style === 'arabic') return String(value)
  const roman = romanOf(value)
  return style === 'ROMAN' ? roman.toUpperCase() : roman
}
