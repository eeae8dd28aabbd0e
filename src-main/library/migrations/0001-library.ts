import type { Migration } from './migration'

/**
 * The first schema. Tables of parts (unit, block, sentence, passage) carry no key to their document: their ids are ranges of it
 * (database.ts), and all are removed in the transaction that removes the document. JSON columns hold values of src-main/contract.
 *
 * unit.runs: see runs-blob.ts. unit.crossing: how many characters of the next unit belong to the sentence that runs over the unit's
 * end. Full-text tables hold no text (content=''), only words folded and parted by words.ts; the tokenizer therefore splits at blanks
 * alone, and every sign that words.ts lets through counts as part of a word. A chore is work left for idle moments: see maintenance.ts.
 */
export const library: Migration = {
  version: 1,
  name: 'library',
  up: (db) => {
    db.exec(tables)
    for (const [name, columns, rank] of [
      ['unit_words', 'words, spellings, crossing', 'bm25(1.0, 0.5, 0.3)'],
      ['passage_words', 'words, spellings, path', 'bm25(1.0, 0.5, 1.0)'],
    ] as const) {
      db.exec(`CREATE VIRTUAL TABLE ${name} USING fts5(${columns}, content='', contentless_delete=1, ${tokenize})`)
      db.prepare(`INSERT INTO ${name} (${name}, rank) VALUES ('rank', ?)`).run(rank)
    }
  },
}

const tokenize = 'tokenize="unicode61 remove_diacritics 2 categories \'L* N* M* P* S* Co\'"'

const tables = `
CREATE TABLE document (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  author TEXT,
  language TEXT,
  format TEXT NOT NULL,
  file_name TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  units INTEGER NOT NULL,
  characters INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  sentences INTEGER NOT NULL,
  passages INTEGER NOT NULL,
  state TEXT NOT NULL,
  failure TEXT,
  problems TEXT NOT NULL,
  notices TEXT NOT NULL,
  imported TEXT NOT NULL
) STRICT;
CREATE TABLE unit (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  label TEXT,
  furniture TEXT NOT NULL,
  width REAL NOT NULL,
  height REAL NOT NULL,
  rotation INTEGER NOT NULL,
  runs BLOB NOT NULL,
  problem TEXT,
  crossing INTEGER
) STRICT;
CREATE TABLE block (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  level INTEGER NOT NULL,
  path TEXT NOT NULL,
  paragraph INTEGER,
  start_unit INTEGER NOT NULL,
  start_offset INTEGER NOT NULL,
  end_unit INTEGER NOT NULL,
  end_offset INTEGER NOT NULL
) STRICT;
CREATE TABLE sentence (
  id INTEGER PRIMARY KEY,
  block INTEGER NOT NULL,
  start_unit INTEGER NOT NULL,
  start_offset INTEGER NOT NULL,
  end_unit INTEGER NOT NULL,
  end_offset INTEGER NOT NULL
) STRICT;
CREATE TABLE passage (
  id INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  path TEXT NOT NULL
) STRICT;
CREATE TABLE outline (
  document INTEGER NOT NULL REFERENCES document (number) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  title TEXT NOT NULL,
  level INTEGER NOT NULL,
  unit INTEGER NOT NULL,
  PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE cover (
  document INTEGER PRIMARY KEY REFERENCES document (number) ON DELETE CASCADE,
  image BLOB NOT NULL
) STRICT;
CREATE TABLE conversation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL,
  documents TEXT NOT NULL,
  started TEXT NOT NULL
) STRICT;
CREATE TABLE answer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  asked TEXT NOT NULL,
  text TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX answer_conversation ON answer (conversation, id);
CREATE TABLE queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  item TEXT NOT NULL
) STRICT;
CREATE TABLE chore (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`
