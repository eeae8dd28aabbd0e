import type { Migration } from './migration'

/** What models are to read of documents. `plan` is a ReadingPlan (library.ts); a plan goes with its document. */
export const readingPlans: Migration = {
  version: 2,
  name: 'reading plans',
  up: (db) => {
    db.exec(`
CREATE TABLE reading_plan (
  document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  plan TEXT NOT NULL,
  PRIMARY KEY (document, model)
) STRICT, WITHOUT ROWID;
DELETE FROM setting WHERE name = 'reading-tokens';
`)
  },
}
