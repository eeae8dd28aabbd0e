import type { BlockKind, ParsedBlock, Position, Span } from '../contract/document'
import type { BlockText } from '../contract/library'
import { spanText } from './across'
import { change, firstId, lastId, row, rows, type Database } from './database'
import { unitTexts } from './units'

export interface SpanColumns {
  readonly start_unit: number
  readonly start_offset: number
  readonly end_unit: number
  readonly end_offset: number
}

interface BlockRow extends SpanColumns {
  readonly id: number
  readonly kind: BlockKind
  readonly level: number
  readonly path: string
  readonly paragraph: number | null
}

export const toSpan = (stored: SpanColumns): Span => ({
  start: { unit: stored.start_unit, offset: stored.start_offset },
  end: { unit: stored.end_unit, offset: stored.end_offset },
})

export function insertBlocks(db: Database, document: number, blocks: readonly ParsedBlock[]): void {
  blocks.forEach(({ kind, level, path, paragraph, start, end }, index) => {
    change(db, 'INSERT INTO block (id, kind, level, path, paragraph, start_unit, start_offset, end_unit, end_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      firstId(document) + index, kind, level, JSON.stringify(path), paragraph, start.unit, start.offset, end.unit, end.offset)
  })
}

export function blockTexts(db: Database, document: number): readonly BlockText[] {
  const texts = unitTexts(db, document)
  const textOf = (unit: number): string => texts[unit]?.text ?? ''
  return rows<BlockRow>(db, 'SELECT * FROM block WHERE id BETWEEN ? AND ? ORDER BY id', firstId(document), lastId(document)).map((stored) => {
    const span = toSpan(stored)
    return { ...span, ...toBlock(stored), text: spanText(textOf, span) }
  })
}

export interface BlockPlace {
  readonly kind: BlockKind
  readonly level: number
  readonly path: readonly string[]
  readonly paragraph: number | null
}

const toBlock = ({ kind, level, path, paragraph }: BlockRow): BlockPlace => ({ kind, level, path: JSON.parse(path) as readonly string[], paragraph })

export function blockAt(db: Database, document: number, index: number): BlockPlace | null {
  const stored = row<BlockRow>(db, 'SELECT * FROM block WHERE id = ?', firstId(document) + index)
  return stored === undefined ? null : toBlock(stored)
}

/** The block that holds a position, or the last one that begins before it. Blocks stand in reading order, so halving finds it. */
export function blockBefore(db: Database, document: { readonly number: number; readonly blocks: number }, position: Position): BlockPlace | null {
  let low = 0
  let high = document.blocks
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = row<{ start_unit: number; start_offset: number }>(db, 'SELECT start_unit, start_offset FROM block WHERE id = ?', firstId(document.number) + middle)
    if (start === undefined) return null
    if (start.start_unit < position.unit || (start.start_unit === position.unit && start.start_offset <= position.offset)) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : blockAt(db, document.number, low - 1)
}
