import type { DocumentId } from '../contract/document'
import { firstId, lastId, row, rows, type Database } from './database'

/** Which documents a search looks at: all, or ranges of ids (one per document, in order). */
export interface Scope {
  readonly ranges: readonly (readonly [first: number, last: number])[] | null
  readonly passages: number
}

/** Empty means all; ids that are not in the library are passed over. */
export function scopeOf(db: Database, documents: readonly DocumentId[]): Scope {
  if (documents.length === 0) return { ranges: null, passages: row<{ sum: number | null }>(db, 'SELECT sum(passages) AS sum FROM document')?.sum ?? 0 }
  const found = rows<{ number: number; passages: number }>(db, 'SELECT number, passages FROM document WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number', JSON.stringify(documents))
  return { ranges: found.map(({ number }) => [firstId(number), lastId(number)] as const), passages: found.reduce((sum, { passages }) => sum + passages, 0) }
}
