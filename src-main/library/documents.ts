import { FailureError, type Failure } from '../contract/failure'
import type { DocumentFormat, DocumentId, DocumentState, OutlineEntry, SegmentedDocument } from '../contract/document'
import type { DocumentDetail, DocumentSummary } from '../contract/library'
import { insertBlocks } from './blocks'
import { change, firstId, lastId, row, rows, type Database } from './database'
import type { NewDocument, StoredState } from './library'
import { leaveReclaim } from './maintenance'
import { insertSentences } from './sentences'
import { checkParts } from './shape'
import { insertUnits, problemsOf, unitLabels, type StagedUnit, type UnitProblem } from './units'
import { crossingLengths, indexUnits, insertPassages } from './word-index'

interface DocumentRow {
  readonly number: number
  readonly id: string
  readonly title: string
  readonly author: string | null
  readonly format: DocumentFormat
  readonly file_name: string
  readonly path: string
  readonly units: number
  readonly characters: number
  readonly passages: number
  readonly state: DocumentState
  readonly failure: string | null
  readonly problems: string
  readonly notices: string
  readonly imported: string
  readonly covered: number
}

const selectDocument = `SELECT number, id, title, author, format, file_name, path, units, characters, passages, state, failure, problems, notices, imported,
  EXISTS (SELECT 1 FROM cover WHERE cover.document = document.number) AS covered FROM document`

/** All documents, the newest first. */
export const listDocuments = (db: Database): readonly DocumentSummary[] => rows<DocumentRow>(db, `${selectDocument} ORDER BY number DESC`).map(toSummary)

const shortestId = 4

/** By id or by a beginning of it that fits one document only. */
export function findDocument(db: Database, id: string): DocumentSummary | null {
  const wanted = id.toLowerCase()
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < shortestId) return null
  const found = rows<DocumentRow>(db, `${selectDocument} WHERE id >= ? AND id < ? LIMIT 2`, wanted, `${wanted}g`)
  return found.length === 1 && found[0] !== undefined ? toSummary(found[0]) : null
}

/** A document that must be there. */
export interface KnownDocument {
  readonly number: number
  readonly id: DocumentId
  readonly title: string
}

export function knownDocument(db: Database, id: DocumentId): KnownDocument {
  const found = row<KnownDocument>(db, 'SELECT number, id, title FROM document WHERE id = ?', id)
  if (found === undefined) throw new FailureError('not-found', 'This document is no longer in the library. Import its file again to open it.', { document: id })
  return found
}

export function documentDetail(db: Database, id: DocumentId): DocumentDetail {
  const { number } = knownDocument(db, id)
  const stored = row<DocumentRow>(db, `${selectDocument} WHERE number = ?`, number)
  if (stored === undefined) throw new FailureError('not-found', 'This document is no longer in the library.', { document: id })
  return {
    summary: toSummary(stored),
    labels: unitLabels(db, number),
    outline: rows<OutlineEntry>(db, 'SELECT title, level, unit FROM outline WHERE document = ? ORDER BY ordinal', number),
  }
}

export function documentCover(db: Database, id: DocumentId): Uint8Array | null {
  const image = row<{ image: Uint8Array }>(db, 'SELECT image FROM cover WHERE document = ?', knownDocument(db, id).number)?.image
  return image === undefined ? null : new Uint8Array(image)
}

const toSummary = (stored: DocumentRow): DocumentSummary => ({
  id: stored.id,
  title: stored.title,
  author: stored.author,
  format: stored.format,
  fileName: stored.file_name,
  path: stored.path,
  units: stored.units,
  characters: stored.characters,
  state: stored.state,
  failure: stored.failure === null ? null : JSON.parse(stored.failure) as Failure,
  problems: JSON.parse(stored.problems) as readonly UnitProblem[],
  notices: JSON.parse(stored.notices) as readonly string[],
  imported: stored.imported,
  hasCover: stored.covered === 1,
})

/** All that a document is made of when it is stored. */
export interface IncomingDocument {
  readonly file: NewDocument
  readonly units: readonly StagedUnit[]
  readonly document: Omit<SegmentedDocument, 'units'>
  readonly stored: StoredState
  /** ISO 8601, UTC. */
  readonly now: string
}

/**
 * Stores a document in one transaction. The same bytes are one document: where a readable one is there already it is kept and returned;
 * one that could not be read before gives way.
 */
export function storeDocument(db: Database, incoming: IncomingDocument): DocumentSummary {
  const { file, units, document, stored } = incoming
  checkParts(units, document)
  return db.transaction(() => {
    const known = readyDocument(db, file.hash)
    if (known !== null) return known
    forget(db, file.hash)
    const number = insertDocument(db, incoming)
    insertUnits(db, number, units, crossingLengths(units, document.sentences))
    insertBlocks(db, number, document.blocks)
    insertSentences(db, number, document.sentences)
    document.outline.forEach(({ title, level, unit }, ordinal) => {
      change(db, 'INSERT INTO outline (document, ordinal, title, level, unit) VALUES (?, ?, ?, ?, ?)', number, ordinal, title, level, unit)
    })
    if (document.cover !== null) change(db, 'INSERT INTO cover (document, image) VALUES (?, ?)', number, document.cover)
    // What a person could not read is not found either: garbled text would answer to words that stand on no page.
    if (stored.state === 'ready') {
      indexUnits(db, number, units, document.sentences)
      insertPassages(db, number, units, document)
    }
    return documentDetail(db, file.hash).summary
  }).immediate()
}

/** Stores a file that could not be read, with no text. */
export function storeUnread(db: Database, file: NewDocument, stored: StoredState, now: string): DocumentSummary {
  const format = /\.docx$/i.test(file.fileName) ? 'docx' : 'pdf'
  const nothing = { format, title: null, author: null, language: null, blocks: [], outline: [], notices: [], cover: null, sentences: [], passages: [] } as const
  return storeDocument(db, { file, units: [], document: nothing, stored, now })
}

function readyDocument(db: Database, hash: string): DocumentSummary | null {
  const found = row<DocumentRow>(db, `${selectDocument} WHERE id = ? AND state = 'ready'`, hash)
  return found === undefined ? null : toSummary(found)
}

const titleOf = (fileName: string): string => fileName.replace(/\.[a-z0-9]{1,5}$/i, '').trim() || fileName

function insertDocument(db: Database, { file, units, document, stored, now }: IncomingDocument): number {
  if (!/^[0-9a-f]{64}$/.test(file.hash)) throw new FailureError('invalid-request', `“${file.fileName}” came without a proper checksum and was not stored.`)
  const characters = units.reduce((sum, { text }) => sum + text.length, 0)
  const result = change(
    db,
    `INSERT INTO document (id, title, author, language, format, file_name, path, bytes, units, characters, blocks, sentences, passages, state, failure, problems, notices, imported)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    file.hash, document.title?.trim() || titleOf(file.fileName), document.author, document.language, document.format,
    file.fileName, file.path, file.bytes, units.length, characters,
    document.blocks.length, document.sentences.length, document.passages.length, stored.state, stored.failure === null ? null : JSON.stringify(stored.failure),
    JSON.stringify(problemsOf(units)), JSON.stringify(document.notices), now,
  )
  return Number(result.lastInsertRowid)
}

/**
 * Removes a document with its text, index, contents and cover, in one transaction. Answers about it stay: they are the person's own, and
 * their citations hold the title and the quoted words; a conversation is removed by itself.
 */
export function deleteDocument(db: Database, id: DocumentId): void {
  knownDocument(db, id)
  db.transaction(() => {
    forget(db, id)
    leaveReclaim(db)
  }).immediate()
}

function forget(db: Database, id: DocumentId): void {
  const number = row<{ number: number }>(db, 'SELECT number FROM document WHERE id = ?', id)?.number
  if (number === undefined) return
  for (const [index, parts] of [['unit_words', 'unit'], ['passage_words', 'passage']] as const) {
    change(db, `DELETE FROM ${index} WHERE rowid IN (SELECT id FROM ${parts} WHERE id BETWEEN ? AND ?)`, firstId(number), lastId(number))
  }
  for (const parts of ['unit', 'block', 'sentence', 'passage']) change(db, `DELETE FROM ${parts} WHERE id BETWEEN ? AND ?`, firstId(number), lastId(number))
  change(db, 'DELETE FROM document WHERE number = ?', number)
}
