import { least, most } from './extent'
import { numberedLines } from './labels'
import type { Line, PageLayout } from './page'
import { usualOf } from './paragraphs'

/** So many outermost rows of a page can be running heads or feet. */
const rowsMax = 3
const pagesMin = 3
/** A line that prints the number of its page is no longer than this. */
const numberedLettersMax = 120

interface Candidate {
  readonly page: number
  readonly line: Line
  readonly edge: 'top' | 'bottom'
  readonly isOutermost: boolean
  readonly key: string
  readonly text: string
}

const roman = /\b[ivxlc]+\b/g

/** What stays the same of a running line from page to page. */
export const furnitureKey = (text: string): string => text.toLowerCase().replace(/[\t ]+/g, ' ').trim().replace(/[\d٠-٩۰-۹]+/g, '#').replace(roman, '#')

/**
 * Running heads and folios: whole lines among the outermost of a page that stand, figures apart, at the same height on three pages or more, beside other
 * text. Lines that change with the chapter are found by the page number in them, or by their place: where most pages have a running line, a line of the
 * same size that stands alone there is one too. Nothing larger than the running text is furniture, and the middle of a page is never touched.
 */
export function furnitureOf(pages: readonly PageLayout[]): ReadonlySet<Line> {
  const sizeMax = 1.15 * (usualOf(pages, () => false).size)
  const candidates = pages.flatMap((page, index) => candidatesOf(page, index)).filter((entry) => entry.line.size <= sizeMax)
  const found = new Set<Line>()
  const places = new Map<string, number>()
  for (const group of grouped(candidates).values()) {
    const pagesWithMore = new Set(group.filter((entry) => hasMore(pages[entry.page], group, entry)).map((entry) => entry.page))
    if (new Set(group.map((entry) => entry.page)).size < pagesMin || pagesWithMore.size < Math.max(pagesMin, group.length / 2)) continue
    for (const entry of group) {
      found.add(entry.line)
      const place = placeOf(entry)
      places.set(place, (places.get(place) ?? 0) + 1)
    }
  }
  for (const entry of numberedLines(candidates.filter((each) => each.isOutermost && each.line.text.length <= numberedLettersMax))) {
    const page = pages[entry.page]
    if (page !== undefined && page.lines.some((line) => Math.abs(line.baseline - entry.line.baseline) > 2)) found.add(entry.line)
  }
  for (const entry of candidates) {
    const isUsual = (places.get(placeOf(entry)) ?? 0) >= Math.max(pagesMin, 0.4 * pages.length)
    const page = pages[entry.page]
    if (isUsual && page !== undefined && standsAlone(page, entry) && page.lines.some((line) => !found.has(line) && line !== entry.line)) found.add(entry.line)
  }
  return withoutParts(pages, found)
}

/** A running line stands alone in its row: what shares the row with text belongs to the text. */
function withoutParts(pages: readonly PageLayout[], found: ReadonlySet<Line>): ReadonlySet<Line> {
  const kept = new Set(found)
  for (const page of pages) {
    for (const line of page.lines) {
      if (!kept.has(line)) continue
      const sharesRow = (other: Line): boolean => other.frame === line.frame && Math.abs(other.baseline - line.baseline) < 0.3 * line.size
      if (page.lines.some((other) => !found.has(other) && sharesRow(other))) kept.delete(line)
    }
  }
  return kept
}

const placeOf = (entry: Candidate): string => `${entry.edge} ${Math.round(entry.line.baseline)} ${Math.round(entry.line.size)}`

function candidatesOf(page: PageLayout, index: number): Candidate[] {
  const frame = page.lines[0]?.frame
  const lines = page.lines.filter((line) => line.frame === frame).sort((a, b) => a.baseline - b.baseline)
  const height = frame === 'across' || frame === 'back' ? page.height : page.width
  const pick = (list: readonly Line[], edge: 'top' | 'bottom'): Candidate[] => {
    const result: Candidate[] = []
    let rows = 0
    let baseline = NaN
    for (const line of list) {
      if (Math.abs(line.baseline - baseline) > 2 || Number.isNaN(baseline)) {
        rows += 1
        baseline = line.baseline
      }
      if (rows > rowsMax || (edge === 'top' ? line.baseline > 0.2 * height : line.baseline < 0.8 * height)) break
      result.push({ page: index, line, edge, isOutermost: rows === 1, key: furnitureKey(line.text), text: line.text })
    }
    return result
  }
  return [...pick(lines, 'top'), ...pick([...lines].reverse(), 'bottom')]
}

/** Same words within a band of a few points: heights differ a little between left and right pages. */
function grouped(candidates: readonly Candidate[]): Map<string, Candidate[]> {
  const byKey = new Map<string, Candidate[]>()
  for (const entry of candidates) {
    const name = `${entry.edge} ${entry.key}`
    const list = byKey.get(name)
    if (list === undefined) byKey.set(name, [entry])
    else list.push(entry)
  }
  const groups = new Map<string, Candidate[]>()
  for (const [name, list] of byKey) {
    let band = 0
    let last = -Infinity
    for (const entry of [...list].sort((a, b) => a.line.baseline - b.line.baseline)) {
      if (entry.line.baseline - last > 6) band += 1
      last = entry.line.baseline
      const id = `${name} ${band}`
      const group = groups.get(id)
      if (group === undefined) groups.set(id, [entry])
      else group.push(entry)
    }
  }
  return groups
}

function hasMore(page: PageLayout | undefined, group: readonly Candidate[], entry: Candidate): boolean {
  if (page === undefined) return false
  const isOther = (line: Line): boolean => Math.abs(line.baseline - entry.line.baseline) > 2 && furnitureKey(line.text) !== entry.key
  return group.length > 1 && page.lines.some(isOther)
}

function standsAlone(page: PageLayout, entry: Candidate): boolean {
  const others = page.lines.filter((line) => line !== entry.line && line.frame === entry.line.frame && Math.abs(line.baseline - entry.line.baseline) > 2)
  if (others.length === 0) return false
  return entry.edge === 'top'
    ? least(others, (line) => line.y) - entry.line.bottom > 0.4 * entry.line.size && least(others, (line) => line.baseline) > entry.line.baseline
    : entry.line.y - most(others, (line) => line.bottom) > 0.4 * entry.line.size && most(others, (line) => line.baseline) < entry.line.baseline
}
