import { Parser } from 'htmlparser2'
import type { BlockKind } from '../../../src-main/contract/document'

/** A block of the document in reading order, before it has a place. */
export interface FlowBlock {
  readonly kind: BlockKind
  /** Heading level from 1; 0 for everything else. */
  readonly level: number
  readonly text: string
  readonly isTitle: boolean
}

interface Draft {
  kind: BlockKind
  level: number
  isTitle: boolean
  text: string
  /** Notes it refers to, in order. */
  notes: string[]
}

interface Table {
  /** Finished cells of the row, each a list of paragraphs. */
  cells: Draft[][]
  /** Paragraphs of the cell being read; null between cells. */
  cell: Draft[] | null
}

/** Numbers notes through a document that is read in several parts. */
export interface NoteCounter {
  notes: number
}

/**
 * Blocks out of the HTML that mammoth writes: one per paragraph and table row, a nested table's rows in their place, and
 * each note after the block that refers to it.
 */
export function readHtml(html: string, counter: NoteCounter): readonly FlowBlock[] {
  const reader = new HtmlReader(counter)
  const parser = new Parser(reader, { decodeEntities: true })
  parser.end(html)
  return placeNotes(reader.blocks, reader.notes)
}

class HtmlReader {
  readonly blocks: Draft[] = []
  readonly notes = new Map<string, readonly Draft[]>()
  private readonly labels = new Map<string, string>()
  private readonly tables: Table[] = []
  private current: Draft | null = null
  private note: { readonly id: string; readonly blocks: Draft[] } | null = null
  /** Text of links to and from notes is mammoth's, not the document's. */
  private muted = 0

  constructor(private readonly counter: NoteCounter) {}

  onopentag(name: string, attributes: Record<string, string>): void {
    if (name === 'p') this.current = startDraft(attributes['class'] ?? '')
    else if (name === 'br') this.ontext('\n')
    else if (name === 'table') this.openTable()
    else if (name === 'tr') this.table().cells = []
    else if (name === 'td' || name === 'th') this.table().cell = []
    else if (name === 'li' && /^(foot|end)note-/.test(attributes['id'] ?? '')) this.note = { id: attributes['id'] ?? '', blocks: [] }
    else if (name === 'a') this.openLink(attributes['href'] ?? '')
  }

  ontext(text: string): void {
    if (this.muted === 0 && this.current !== null) this.current.text += text
  }

  onclosetag(name: string): void {
    if (name === 'p') this.closeParagraph()
    else if (name === 'td' || name === 'th') this.closeCell()
    else if (name === 'tr') this.flushRow()
    else if (name === 'table') this.tables.pop()
    else if (name === 'a' && this.muted > 0) this.muted -= 1
    else if (name === 'li' && this.note !== null) {
      this.notes.set(this.note.id, labelled(this.note.blocks, this.labels.get(this.note.id) ?? ''))
      this.note = null
    }
  }

  private table(): Table {
    return this.tables.at(-1) ?? { cells: [], cell: null }
  }

  private openTable(): void {
    // What stands before a nested table in its row is read before it.
    if (this.tables.length > 0) {
      this.closeCell()
      this.flushRow()
    }
    this.tables.push({ cells: [], cell: null })
  }

  private openLink(href: string): void {
    const target = /^#((?:foot|end)note-)(ref-)?(.*)$/.exec(href)
    if (target === null) {
      if (this.muted > 0) this.muted += 1
      return
    }
    this.muted += 1
    if (target[2] !== undefined || this.current === null) return
    const id = `${target[1] ?? ''}${target[3] ?? ''}`
    this.counter.notes += 1
    const label = `[${this.counter.notes}]`
    this.labels.set(id, label)
    this.current.text += label
    this.current.notes.push(id)
  }

  private closeParagraph(): void {
    const draft = this.current
    this.current = null
    if (draft === null) return
    draft.text = tidy(draft.text)
    if (draft.text === '') return
    const table = this.tables.at(-1)
    // After a nested table its cell goes on.
    if (table !== undefined) (table.cell ??= []).push(draft)
    else this.sink().push(draft)
  }

  private closeCell(): void {
    const table = this.table()
    if (table.cell !== null) table.cells.push(table.cell)
    table.cell = null
  }

  private flushRow(): void {
    const table = this.table()
    const { cells } = table
    table.cells = []
    const drafts = cells.flat()
    if (drafts.length === 0) return
    // A row with words in one cell only is layout: its paragraphs stand for themselves.
    const isLayout = cells.filter((cell) => cell.length > 0).length === 1 && (drafts.length > 1 || drafts[0]?.kind !== 'paragraph')
    if (isLayout) this.sink().push(...drafts)
    else this.sink().push({ kind: 'table-row', level: 0, isTitle: false, text: joinCells(cells), notes: drafts.flatMap((draft) => draft.notes) })
  }

  private sink(): Draft[] {
    return this.note === null ? this.blocks : this.note.blocks
  }
}

function startDraft(style: string): Draft {
  const level = Number(/^level-([1-9])$/.exec(style)?.[1] ?? 0)
  const kind: BlockKind = level > 0 ? 'heading' : style === 'item' ? 'list-item' : 'paragraph'
  return { kind, level, isTitle: style === 'title', text: '', notes: [] }
}

/** Cells between bars; an empty one keeps its place, so that values stay under their headings. */
const joinCells = (cells: readonly (readonly Draft[])[]): string =>
  cells.map((cell) => cell.map((draft) => draft.text).join('\n')).reduce((row, cell, index) => `${row}${index === 0 ? '' : row.endsWith(' ') ? '| ' : ' | '}${cell}`, '').trim()

const tidy = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\t', ' ').replace(/ *\n */g, '\n').trim()

/** A note's blocks with its number before the first. */
const labelled = (blocks: readonly Draft[], label: string): readonly Draft[] =>
  blocks.map((block, index) => ({ ...block, kind: 'footnote' as const, level: 0, text: index === 0 && label !== '' ? `${label} ${block.text}` : block.text }))

function placeNotes(blocks: readonly Draft[], notes: ReadonlyMap<string, readonly Draft[]>): readonly FlowBlock[] {
  const placed: FlowBlock[] = []
  const waiting: string[] = []
  const seen = new Set<string>()
  const put = (draft: Draft): void => {
    placed.push({ kind: draft.kind, level: draft.level, text: draft.text, isTitle: draft.isTitle })
    waiting.push(...draft.notes)
  }
  const flush = (): void => {
    for (const id of waiting.splice(0)) {
      if (seen.has(id)) continue
      seen.add(id)
      // A note may itself refer to a note: those follow it.
      for (const draft of notes.get(id) ?? []) put(draft)
    }
    if (waiting.length > 0) flush()
  }
  blocks.forEach((block, index) => {
    put(block)
    // Rows of a table stay together; their notes follow the table.
    if (block.kind !== 'table-row' || blocks[index + 1]?.kind !== 'table-row') flush()
  })
  return placed
}
