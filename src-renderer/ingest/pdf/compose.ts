import type { Position, Run, Span } from '../../../src-main/contract/document'
import { hasSolid } from './characters'
import { directionOf, toPage } from './frames'
import type { Seam, Vocabulary } from './hyphens'
import { seamOf } from './hyphens'
import type { PageLayout } from './page'
import type { Draft, PagedLine } from './paragraphs'

/** The reading text of one page and where it stands. */
export interface PageText {
  readonly text: string
  readonly runs: readonly Run[]
}

export interface Composed {
  readonly pages: readonly PageText[]
  /** Spans of the drafts, in their order. */
  readonly spans: readonly Span[]
}

/** Drafts -> text page by page: lines joined, hyphens of line ends settled, runs for every stretch, span of every block. */
export function compose(pages: readonly PageLayout[], drafts: readonly Draft[], vocabulary: Vocabulary): Composed {
  const writers = pages.map((page) => new Writer(page))
  const spans = drafts.map((draft, index) => writeBlock(writers, draft, drafts[index - 1], vocabulary))
  return { pages: writers.map((writer) => writer.finished()), spans }
}

function writeBlock(writers: readonly Writer[], draft: Draft, before: Draft | undefined, vocabulary: Vocabulary): Span {
  let start: Position | null = null
  let skip = 0
  draft.lines.forEach((entry, index) => {
    const writer = writers[entry.page]
    if (writer === undefined) return
    if (index === 0) writer.separate(before !== undefined && isCompact(draft) && before.kind === draft.kind ? '\n' : '\n\n')
    else if (draft.lines[index - 1]?.page !== entry.page) writer.separate('\n\n')
    start ??= { unit: entry.page, offset: writer.length }
    skip = writeLine(writer, draft, index, skip, vocabulary)
  })
  const end = draft.lines.at(-1)?.page ?? 0
  return { start: start ?? { unit: 0, offset: 0 }, end: { unit: end, offset: writers[end]?.length ?? 0 } }
}

const isCompact = (draft: Draft): boolean => draft.kind === 'table-row' || draft.kind === 'list-item'

/** Writes a line less its first `skip` characters; returns how many of the next line have gone before. */
function writeLine(writer: Writer, draft: Draft, index: number, skip: number, vocabulary: Vocabulary): number {
  const entry = draft.lines[index]
  if (entry === undefined) return 0
  const text = draft.kind === 'table-row' ? entry.line.text : entry.line.text.replaceAll('\t', ' ')
  const next = draft.lines[index + 1]
  if (next === undefined) {
    writer.line(entry, text, skip, text.length)
    return 0
  }
  const seam = seamBetween(entry, next, vocabulary)
  writer.line(entry, text, skip, seam === 'hyphen-moved' ? text.length - 1 : text.length)
  if (next.page === entry.page) {
    if (seam === 'blank') writer.plain(isBroken(entry, next) ? '\n' : ' ')
    return 0
  }
  if (seam !== 'hyphen-moved' && seam !== 'hyphen-kept') return 0
  // A word that the end of the page cuts stands whole on the page where it begins: there it is found and quoted.
  const rest = /^\S+\s*/.exec(next.line.text)?.[0] ?? ''
  if (rest.length >= next.line.text.length) return 0
  writer.plain(rest.trimEnd())
  return rest.length
}

/** Lines of a program or a verse stay lines. */
function isBroken({ line }: PagedLine, next: PagedLine): boolean {
  return line.mono && next.line.mono || (line.rtl ? line.x - line.left : line.edge - line.right) > 0.4 * (line.edge - line.left)
}

function seamBetween(entry: PagedLine, next: PagedLine, vocabulary: Vocabulary): Seam {
  const seam = seamOf(entry.line.text, next.line.text, vocabulary)
  if (entry.line.mono && next.line.mono) return 'blank'
  if (seam !== 'blank') return seam
  // Addresses and paths are broken behind a slash.
  if (/[\p{L}\p{N}]\/$/u.test(entry.line.text) && /^[\p{L}\p{N}]/u.test(next.line.text)) return 'none'
  return hasSolid(entry.line.text.at(-1) ?? '') || hasSolid(next.line.text.charAt(0)) ? 'none' : 'blank'
}

/** Grows the text of one page and the runs that lie under it. */
class Writer {
  readonly #page: PageLayout
  readonly #parts: string[] = []
  readonly #runs: Run[] = []
  length = 0

  constructor(page: PageLayout) {
    this.#page = page
  }

  plain(text: string): void {
    this.#parts.push(text)
    this.length += text.length
  }

  separate(mark: string): void {
    if (this.length > 0) this.plain(mark)
  }

  /** Writes text[from, to) of a line and the runs of it. */
  line(entry: PagedLine, text: string, from: number, to: number): void {
    const offset = this.length - from
    for (const stretch of entry.line.stretches) {
      const start = Math.max(stretch.start, from)
      const end = Math.min(stretch.end, to)
      if (start >= end) continue
      const box = toPage(entry.line.frame, this.#page, stretch)
      this.#runs.push({ ...box, start: start + offset, end: end + offset, direction: directionOf(entry.line.frame, stretch.rtl) })
    }
    this.plain(text.slice(from, to))
  }

  finished(): PageText {
    return { text: this.#parts.join(''), runs: this.#runs }
  }
}
