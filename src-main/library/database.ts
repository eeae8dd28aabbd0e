import type Sqlite from 'better-sqlite3'

export type Database = Sqlite.Database
export type Value = string | number | bigint | Uint8Array | null

const prepared = new WeakMap<Database, Map<string, Sqlite.Statement>>()

/** The compiled statement of a query, kept for the life of the connection. */
export function statement(db: Database, sql: string): Sqlite.Statement {
  let statements = prepared.get(db)
  if (statements === undefined) prepared.set(db, (statements = new Map<string, Sqlite.Statement>()))
  let found = statements.get(sql)
  if (found === undefined) statements.set(sql, (found = db.prepare(sql)))
  return found
}

/** Rows of a query; the caller names their shape, which the schema guarantees (STRICT tables). */
export const rows = <Row>(db: Database, sql: string, ...values: readonly Value[]): readonly Row[] => statement(db, sql).all(...values) as Row[]

export const row = <Row>(db: Database, sql: string, ...values: readonly Value[]): Row | undefined => statement(db, sql).get(...values) as Row | undefined

export const change = (db: Database, sql: string, ...values: readonly Value[]): Sqlite.RunResult => statement(db, sql).run(...values)

/**
 * Units, blocks, sentences and passages of the n-th document have the ids [n << 20, (n + 1) << 20): rows of one document lie together, are
 * found, bounded and removed as a range, in the full-text index too (whose only key is the row id).
 */
const perDocument = 2 ** 20

export const partsMax = perDocument
export const firstId = (document: number): number => document * perDocument
export const lastId = (document: number): number => firstId(document) + perDocument - 1
export const documentOf = (id: number): number => Math.floor(id / perDocument)
export const partOf = (id: number): number => id % perDocument
