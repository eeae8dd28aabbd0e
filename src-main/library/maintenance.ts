import { change, row, type Database } from './database'

/** Pages of the index that one step merges, and free pages that one step hands back: some milliseconds each. */
const indexPages = 400
const freePages = 2000

const tables = ['unit_words', 'passage_words'] as const

/** Notes, in the transaction that removes a document, that its words still have to leave the index and its space the file. */
export const leaveReclaim = (db: Database): void => { change(db, "INSERT OR IGNORE INTO chore (name) VALUES ('reclaim')") }

export const hasChores = (db: Database): boolean => row(db, 'SELECT 1 FROM chore') !== undefined

/** Asks the index to merge all its segments, which drops the words of removed documents; `reclaim` then does it step by step. */
export function beginReclaim(db: Database): void {
  for (const table of tables) change(db, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, -indexPages)
}

/**
 * One short step: merges what the index still holds of removed documents, then hands free pages back to the file system. True while there
 * is more to do. A run that ends in between goes on at the next start.
 */
export function reclaim(db: Database): boolean {
  for (const table of tables) {
    const before = totalChanges(db)
    change(db, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, indexPages)
    // As FTS5 documents it: a merge that changed fewer than two rows found nothing left to do.
    if (totalChanges(db) - before >= 2) return true
  }
  db.pragma(`incremental_vacuum(${freePages})`)
  if (Number(db.pragma('freelist_count', { simple: true })) > 0) return true
  change(db, "DELETE FROM chore WHERE name = 'reclaim'")
  db.pragma('wal_checkpoint(TRUNCATE)')
  return false
}

const totalChanges = (db: Database): number => row<{ changes: number }>(db, 'SELECT total_changes() AS changes')?.changes ?? 0
