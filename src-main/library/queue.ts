import type { ImportId, ImportItem } from '../contract/imports'
import { change, rows, type Database } from './database'

/** The imports in the order in which they came. */
export const readQueue = (db: Database): readonly ImportItem[] =>
  rows<{ id: number; item: string }>(db, 'SELECT id, item FROM queue ORDER BY id').map(({ id, item }) => ({ ...JSON.parse(item) as Omit<ImportItem, 'id'>, id }))

export function enqueue(db: Database, item: Omit<ImportItem, 'id'>): ImportItem {
  const id = Number(change(db, 'INSERT INTO queue (item) VALUES (?)', JSON.stringify(item)).lastInsertRowid)
  return { ...item, id }
}

export function updateQueue(db: Database, item: ImportItem): void {
  change(db, 'UPDATE queue SET item = ? WHERE id = ?', JSON.stringify(item), item.id)
}

export const dequeue = (db: Database, item: ImportId): void => { change(db, 'DELETE FROM queue WHERE id = ?', item) }

/** At start: what was being imported waits again, from its beginning; what was finished or cancelled leaves the queue. */
export function resumeQueue(db: Database): void {
  for (const item of readQueue(db)) {
    if (item.state === 'done' || item.state === 'cancelled') dequeue(db, item.id)
    else if (item.state === 'importing') updateQueue(db, { ...item, state: 'queued', unitsDone: 0 })
  }
}
