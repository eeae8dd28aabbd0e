import { documentOf, rows, statement, type Database } from './database'
import type { Scope } from './scope'

export type WordTable = 'unit_words' | 'passage_words'

/** A row of the index; `score` is BM25, higher is better. */
export interface Hit {
  readonly id: number
  readonly score: number
}

/** Up to so many documents are searched one by one, by range; more in one go, and sifted. */
const rangesMax = 16

/** The best rows for an expression, best first; of equal ones the earlier in the library. */
export function rankedHits(db: Database, table: WordTable, expression: string, scope: Scope, limit: number): readonly Hit[] {
  const { ranges } = scope
  if (ranges === null) return toHits(rows<Found>(db, `SELECT rowid AS id, rank FROM ${table} WHERE ${table} MATCH ? ORDER BY rank LIMIT ?`, expression, limit))
  if (ranges.length > rangesMax) return sifted(db, table, expression, new Set(ranges.map(([first]) => documentOf(first))), limit)
  const found = ranges.flatMap(([first, last]) =>
    rows<Found>(db, `SELECT rowid AS id, rank FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank LIMIT ?`, expression, first, last, limit))
  return toHits(found).sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit)
}

/** Rows for an expression without a rank, those of the newest documents first. */
export function newestHits(db: Database, table: WordTable, expression: string, scope: Scope, limit: number): readonly Hit[] {
  const { ranges } = scope
  const hits: Hit[] = []
  for (const [first, last] of ranges === null ? [[0, Number.MAX_SAFE_INTEGER] as const] : [...ranges].reverse()) {
    if (hits.length >= limit) break
    const found = rows<{ id: number }>(
      db, `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?`, expression, first, last, limit - hits.length)
    hits.push(...found.map(({ id }) => ({ id, score: 0 })))
  }
  return hits
}

interface Found {
  readonly id: number
  readonly rank: number
}

const toHits = (found: readonly Found[]): Hit[] => found.map(({ id, rank }) => ({ id, score: -rank }))

function sifted(db: Database, table: WordTable, expression: string, documents: ReadonlySet<number>, limit: number): readonly Hit[] {
  const hits: Hit[] = []
  for (const { id, rank } of statement(db, `SELECT rowid AS id, rank FROM ${table} WHERE ${table} MATCH ? ORDER BY rank`).iterate(expression) as IterableIterator<Found>) {
    if (documents.has(documentOf(id))) hits.push({ id, score: -rank })
    if (hits.length >= limit) break
  }
  return hits
}

/** In how many rows of the scope an expression holds, counted up to `max`. */
export function countHits(db: Database, table: WordTable, expression: string, scope: Scope, max: number): number {
  const { ranges } = scope
  if (ranges === null) return counted(rows(db, `SELECT count(*) AS count FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ?)`, expression, max))
  if (ranges.length > rangesMax) {
    const documents = new Set(ranges.map(([first]) => documentOf(first)))
    let count = 0
    for (const { id } of statement(db, `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ?`).iterate(expression) as IterableIterator<{ id: number }>) {
      if (documents.has(documentOf(id))) count += 1
      if (count >= max) break
    }
    return count
  }
  let count = 0
  for (const [first, last] of ranges) {
    if (count >= max) break
    count += counted(rows(db, `SELECT count(*) AS count FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)`, expression, first, last, max - count))
  }
  return count
}

const counted = (found: readonly { readonly count: number }[]): number => found[0]?.count ?? 0
