import { isPaginated } from '../contract/document'
import type { DocumentFormat, Position } from '../contract/document'
import type { Place } from '../contract/library'
import { blockAt, blockBefore } from './blocks'
import type { BlockPlace } from './blocks'
import { row, rows } from './database'
import type { Database } from './database'
import { unitLabel } from './units'

/** Where a position stands, in words for a person. `block`: index of the block that holds it, where it is known. */
export function placeOf(db: Database, document: number, position: Position, block: number | null = null): Place {
  const format = row<{ format: DocumentFormat }>(db, 'SELECT format FROM document WHERE number = ?', document)?.format ?? 'pdf'
  const holder = block === null ? blockBefore(db, document, position) : blockAt(db, document, block)
  const section = holder !== null && holder.path.length > 0 ? holder.path : outlinePath(db, document, position.unit)
  return {
    unit: position.unit,
    page: isPaginated(format) ? position.unit + 1 : null,
    pageLabel: unitLabel(db, document, position.unit),
    section,
    paragraph: paragraphOf(holder),
  }
}

const paragraphOf = (block: BlockPlace | null): number | null => block?.paragraph ?? null

/** Titles of the contents' entries that a unit lies under, outermost first. */
function outlinePath(db: Database, document: number, unit: number): readonly string[] {
  const path: string[] = []
  let below = Infinity
  const entries = rows<{ title: string; level: number }>(db, 'SELECT title, level FROM outline WHERE document = ? AND unit <= ? ORDER BY ordinal DESC LIMIT 500', document, unit)
  for (const { title, level } of entries) {
    if (level >= below) continue
    path.unshift(title)
    below = level
    if (level <= 1) break
  }
  return path
}
