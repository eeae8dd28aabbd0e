import { isPaginated, type DocumentFormat, type DocumentId, type Position } from '../contract/document'
import type { Place } from '../contract/library'
import { blockAt, blockBefore } from './blocks'
import { row, rows, type Database } from './database'

/** What is known of a document when places in it are described. */
export interface PlacedDocument {
  readonly number: number
  readonly id: DocumentId
  readonly title: string
  readonly format: DocumentFormat
  readonly blocks: number
}

export function placed(db: Database, document: number): PlacedDocument {
  const found = row<PlacedDocument>(db, 'SELECT number, id, title, format, blocks FROM document WHERE number = ?', document)
  if (found === undefined) throw new Error(`document ${document} has parts but no row`)
  return found
}

/** Where a position stands, in words for a person. `label`: that of its unit. `block`: index of the block that holds it, where it is known. */
export function placeOf(db: Database, document: PlacedDocument, position: Position, label: string | null, block: number | null = null): Place {
  const holder = block === null ? blockBefore(db, document, position) : blockAt(db, document.number, block)
  return {
    unit: position.unit,
    page: isPaginated(document.format) ? position.unit + 1 : null,
    pageLabel: label,
    section: holder !== null && holder.path.length > 0 ? holder.path : outlinePath(db, document.number, position.unit),
    paragraph: holder?.paragraph ?? null,
  }
}

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
