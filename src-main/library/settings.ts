import { change, rows, type Database } from './database'

export const readSettings = (db: Database): Record<string, unknown> =>
  Object.fromEntries(rows<{ name: string; value: string }>(db, 'SELECT name, value FROM setting').map(({ name, value }) => [name, JSON.parse(value) as unknown]))

/** Sets the named values and leaves the others; an undefined value removes its name. */
export function writeSettings(db: Database, values: Readonly<Record<string, unknown>>): void {
  db.transaction(() => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) change(db, 'DELETE FROM setting WHERE name = ?', name)
      else change(db, 'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, JSON.stringify(value))
    }
  })()
}
