import { change, row } from './database'
import type { Database } from './database'

const indexPages = 400
const freePages = 2000

/**
 * One short step of giving back the space of removed documents: merges what the index still holds of them, then hands free pages back
 * to the file system. True while there is more to do.
 */
export function reclaim(db: Database): boolean {
  for (const table of ['unit_words', 'passage_words']) {
    const before = row<{ changes: number }>(db, 'SELECT total_changes() AS changes')?.changes ?? 0
    change(db, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, indexPages)
    const after = row<{ changes: number }>(db, 'SELECT total_changes() AS changes')?.changes ?? 0
    // FTS5 says so: a merge that changed fewer than two rows found nothing left to do.
    if (after - before >= 2) return true
  }
  db.pragma(`incremental_vacuum(${freePages})`)
  if (Number(db.pragma('freelist_count', { simple: true })) > 0) return true
  db.pragma('wal_checkpoint(TRUNCATE)')
  return false
}

/** Asks the index to merge all its segments, so that words of removed documents leave the file; `reclaim` does it step by step. */
export function beginReclaim(db: Database): void {
  for (const table of ['unit_words', 'passage_words']) change(db, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, -indexPages)
}
