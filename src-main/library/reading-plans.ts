import { change, rows, type Database } from './database'
import type { ReadingPlan } from './library'

export const readReadingPlans = (db: Database): readonly ReadingPlan[] =>
  rows<{ plan: string }>(db, 'SELECT plan FROM reading_plan').map(({ plan }) => JSON.parse(plan) as ReadingPlan)

/** Does nothing where the document is not in the library any more. */
export function saveReadingPlan(db: Database, plan: ReadingPlan): void {
  const { document, model } = plan
  change(
    db,
    `INSERT INTO reading_plan (document, model, plan) SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM document WHERE id = ?)
     ON CONFLICT (document, model) DO UPDATE SET plan = excluded.plan`,
    document, model, JSON.stringify(plan), document,
  )
}
