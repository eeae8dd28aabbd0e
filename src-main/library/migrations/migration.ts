import type { Database } from '../database'

/** One step of the schema: `up` runs inside a transaction that also sets the version. Never edited once released. */
export interface Migration {
  /** The schema's version (PRAGMA user_version) after it; one more than that of the step before. */
  readonly version: number
  readonly name: string
  readonly up: (db: Database) => void
}
