import type { BlockKind } from '../../../src-main/contract/document'
import { hasSolid } from './characters'
import { median } from './extent'
import type { Line, PageLayout } from './page'

/** A line and the page that it stands on. */
export interface PagedLine {
  readonly page: number
  readonly line: Line
}

/** Lines that make one block; later steps settle what kind it is. */
export interface Draft {
  kind: BlockKind
  readonly lines: PagedLine[]
}

/** What is usual in a document: size and font of the running text, distance of its lines as a multiple of their size. */
export interface Usual {
  readonly size: number
  readonly font: string
  readonly leading: number
  /** Share of all letters that each font has. */
  readonly fonts: ReadonlyMap<string, number>
}

export function usualOf(pages: readonly PageLayout[], isFurniture: (line: Line) => boolean): Usual {
  const sizes = new Map<number, number>()
  const fonts = new Map<string, number>()
  const leadings: number[] = []
  let letters = 0
  for (const page of pages) {
    let before: Line | null = null
    for (const line of page.lines) {
      if (isFurniture(line)) continue
      const size = Math.round(line.size * 2) / 2
      sizes.set(size, (sizes.get(size) ?? 0) + line.text.length)
      fonts.set(line.font, (fonts.get(line.font) ?? 0) + line.text.length)
      letters += line.text.length
      if (before !== null && before.region === line.region && Math.abs(before.size - line.size) < 0.5) {
        const step = (line.baseline - before.baseline) / line.size
        if (step > 0.8 && step < 2.4 && leadings.length < 20_000) leadings.push(step)
      }
      before = line
    }
  }
  const top = <K>(counts: ReadonlyMap<K, number>, fallback: K): K =>
    [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best, [fallback, 0] as [K, number])[0]
  const shares = new Map([...fonts].map(([font, count]) => [font, count / Math.max(1, letters)]))
  return { size: top(sizes, 10), font: top(fonts, ''), leading: median(leadings) || 1.2, fonts: shares }
}

const bullet = /^[•‣◦▪▫●○■□–—*⁃·∙➢✓-]\s?\S/
const numbered = /^(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)]|\[\d{1,3}\])\s+\S/i
const ends = /[.!?…:;。！？：；]["'”’»)\]」』）]*$/
const stops = /[.!?…。！？]["'”’»)\]」』）]*(?:\s?\d{1,3})?$/
const leader = /…\s*\S{1,10}$|\.{4,}\s*\S{1,10}$/

const isMark = (text: string): boolean => bullet.test(text) && !/^[–—-]{2}|^-\d|^\*\w/.test(text) || numbered.test(text)

/** Lines of all pages, running heads gone, in reading order -> blocks; a paragraph that goes on in the next column or page stays one. */
export function draftsOf(pages: readonly PageLayout[], isLeftOut: (line: Line, page: number) => boolean, usual: Usual): Draft[] {
  const drafts: Draft[] = []
  pages.forEach((page, index) => {
    const lines = page.lines.filter((line) => !isLeftOut(line, index))
    lines.forEach((line, at) => {
      const open = goesOn(drafts, { page: index, line }, lines[at - 1], lines[at + 1], usual)
      if (open !== null) {
        open.lines.push({ page: index, line })
        moveLast(drafts, open)
      } else drafts.push({ kind: kindOf(line, lines[at - 1], lines[at + 1], page, usual), lines: [{ page: index, line }] })
    })
  })
  return drafts
}

/** A paragraph that goes on over notes at the foot of its page is put behind them, so that its text is of one piece. */
function moveLast(drafts: Draft[], open: Draft): void {
  if (drafts.at(-1) === open) return
  drafts.splice(drafts.lastIndexOf(open), 1)
  drafts.push(open)
}

function kindOf(line: Line, before: Line | undefined, after: Line | undefined, page: PageLayout, usual: Usual): BlockKind {
  if (isTableRow(line, before, after) || leader.test(line.text)) return 'table-row'
  if (isFootnote(line, page, usual)) return 'footnote'
  return isMark(line.text) ? 'list-item' : 'paragraph'
}

/** A row with cells whose neighbour has cells too. */
function isTableRow(line: Line, before: Line | undefined, after: Line | undefined): boolean {
  if (!line.text.includes('\t')) return false
  const beside = (other: Line | undefined): boolean =>
    other !== undefined && other.region === line.region && other.text.includes('\t') && Math.abs(other.baseline - line.baseline) < 4 * line.size
  return beside(before) || beside(after)
}

/** The second line of a cell: it begins where a cell of the row begins that is not the first. */
function isWrappedCell(last: PagedLine, at: PagedLine): boolean {
  const { line } = at
  const row = last.line
  if (last.page !== at.page || row.region !== line.region || line.text.includes('\t') || line.baseline - row.baseline > 1.5 * line.size) return false
  const starts = row.text.includes('\t') ? row.stretches.filter((stretch) => row.text[stretch.start - 1] === '\t').map((stretch) => stretch.x) : [row.x]
  return starts.some((x) => Math.abs(x - line.x) < 0.7 * line.size)
}

function isFootnote(line: Line, page: PageLayout, usual: Usual): boolean {
  return line.size < 0.93 * usual.size && line.frame === 'across' && line.baseline > 0.55 * page.height
    && /^(?:\d{1,3}|[*†‡§¶]{1,2}|\[\d{1,3}\])[\s.)]?\s*\S/.test(line.text)
}

/** The block that a line goes on, or null where a new one begins. */
function goesOn(drafts: readonly Draft[], at: PagedLine, before: Line | undefined, after: Line | undefined, usual: Usual): Draft | null {
  const { line } = at
  const draft = drafts.at(-1)
  const last = draft?.lines.at(-1)
  if (draft === undefined || last === undefined || leader.test(line.text) || isTableRow(line, before, after)) return null
  if (draft.kind === 'table-row') return isWrappedCell(last, at) ? draft : null
  const isBelow = last.page === at.page && last.line.region === line.region && last.line.frame === line.frame
  if (isBelow) return isSameBlock(draft, last.line, line, usual) ? draft : null
  return continued(drafts, at, usual)
}

const width = (line: Line): number => line.edge - line.left
/** How much of its column a line leaves free at its end. */
const slack = (line: Line): number => line.rtl ? line.x - line.left : line.edge - line.right
/** How far a line begins from the edge of its column. */
const start = (line: Line): number => line.rtl ? line.edge - line.right : line.x - line.left

function isSameBlock(draft: Draft, last: Line, line: Line, usual: Usual): boolean {
  const size = Math.max(last.size, line.size)
  const step = line.baseline - last.baseline
  if (step <= 0 || Math.abs(last.size - line.size) > 0.12 * size) return false
  if (last.mono !== line.mono && !isInline(last, line)) return false
  if (step > Math.max(1.32 * usual.leading, usual.leading + 0.25) * size && step > 1.2 * previousStep(draft)) return false
  if (last.mono && line.mono) return true
  const first = draft.lines[0]?.line ?? last
  if (bullet.test(line.text) && isMark(line.text) && (draft.kind === 'list-item' || stops.test(last.text) || slack(last) > 0.15 * width(last))) return false
  const isNextItem = draft.kind === 'list-item' && Math.abs(start(first) - start(line)) < 0.6 * size
  if (numbered.test(line.text) && (isNextItem || ends.test(last.text) || slack(last) > 0.25 * width(last))) return false
  const shortBefore = slack(last) > Math.max(0.22 * width(last), 3 * size)
  if (shortBefore && ends.test(last.text)) return false
  if (last.font !== line.font && shortBefore && draft.lines.every((entry) => entry.line.font === last.font)) return false
  return !isIndented(draft, last, line, size, shortBefore)
}

const isInline = (a: Line, b: Line): boolean => slack(a) < 0.15 * width(a) && !ends.test(a.text) && Math.abs(a.size - b.size) < 0.5

function previousStep(draft: Draft): number {
  const [a, b] = draft.lines.slice(-2)
  return a !== undefined && b !== undefined && b.line.baseline > a.line.baseline ? b.line.baseline - a.line.baseline : 0
}

/** A first-line indent, or the end of a hanging one. */
function isIndented(draft: Draft, last: Line, line: Line, size: number, shortBefore: boolean): boolean {
  const begin = start(line)
  if (draft.lines.length === 1) {
    const shift = begin - start(last)
    if (shift > 0.8 * size) return draft.kind !== 'list-item' && (shortBefore || stops.test(last.text))
    return shift < -0.8 * size && draft.kind === 'list-item'
  }
  return Math.abs(begin - start(last)) > 0.8 * size && (begin > start(last) || draft.kind === 'list-item' || begin < start(last) - 0.8 * size)
}

/** A paragraph broken by the end of a column or page: the last one of running text, over notes at the foot. */
function continued(drafts: readonly Draft[], at: PagedLine, usual: Usual): Draft | null {
  let index = drafts.length - 1
  while (index >= 0 && drafts[index]?.kind === 'footnote') index -= 1
  const draft = drafts[index]
  const last = draft?.lines.at(-1)
  if (draft === undefined || last === undefined || draft.kind === 'table-row' || last.line.mono || at.line.mono) return null
  if (index < drafts.length - 1 && last.page === at.page) return null
  const { line } = at
  if (at.page - last.page > 1 || last.line.frame !== line.frame || last.line.rtl !== line.rtl) return null
  if (Math.abs(last.line.size - line.size) > 0.06 * line.size) return null
  if (stops.test(last.line.text) || isMark(line.text) || line.size > 1.12 * usual.size) return null
  if (/^\p{Ll}/u.test(line.text)) return draft
  const isFull = slack(last.line) < 0.1 * width(last.line)
  const isText = draft.lines.length > 1 || hasSolid(line.text.charAt(0)) || /[\p{Ll},;-]$/u.test(last.line.text)
  return isFull && isText && start(line) < 0.6 * line.size ? draft : null
}
