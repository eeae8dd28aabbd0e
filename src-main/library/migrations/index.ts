import type { Database } from '../database'
import { library } from './0001-library'
import { readingPlans } from './0002-reading-plans'
import type { Migration } from './migration'

export const migrations: readonly Migration[] = [library, readingPlans]

/** The version that this program reads and writes. */
export const currentVersion = migrations.at(-1)?.version ?? 0

/** "Leaf" in ASCII, in the header of the file: tells a library from any other SQLite database. */
export const applicationId = 0x4c656166

/** Brings the schema up to date, each step in a transaction of its own; a step that is cut off leaves the version before it. */
export function migrate(db: Database, steps: readonly Migration[] = migrations): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  for (const step of steps) {
    if (step.version <= version) continue
    db.transaction(() => {
      step.up(db)
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${step.version}`)
    })()
  }
}
