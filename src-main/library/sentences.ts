import type { Sentence } from '../contract/document'
import type { SentenceText } from '../contract/library'
import { spanText } from './across'
import { toSpan, type SpanColumns } from './blocks'
import { change, firstId, lastId, partOf, row, rows, type Database } from './database'
import { placeOf, type PlacedDocument } from './places'

interface SentenceRow extends SpanColumns {
  readonly id: number
  readonly block: number
}

export function insertSentences(db: Database, document: number, sentences: readonly Sentence[]): void {
  sentences.forEach(({ block, start, end }, index) => {
    change(db, 'INSERT INTO sentence (id, block, start_unit, start_offset, end_unit, end_offset) VALUES (?, ?, ?, ?, ?, ?)',
      firstId(document) + index, block, start.unit, start.offset, end.unit, end.offset)
  })
}

/** Sentences [first, last] of a document with their places and words. */
export function sentenceTexts(db: Database, document: PlacedDocument, first: number, last: number): readonly SentenceText[] {
  const units = new Map<number, UnitRow>()
  const unitOf = (unit: number): UnitRow => {
    const found = units.get(unit) ?? row<UnitRow>(db, 'SELECT text, label FROM unit WHERE id = ?', firstId(document.number) + unit) ?? { text: '', label: null }
    units.set(unit, found)
    return found
  }
  const from = firstId(document.number) + Math.max(0, first)
  const to = Math.min(firstId(document.number) + last, lastId(document.number))
  return rows<SentenceRow>(db, 'SELECT * FROM sentence WHERE id BETWEEN ? AND ? ORDER BY id', from, to).map((stored) => {
    const span = toSpan(stored)
    return {
      ...span,
      ...placeOf(db, document, span.start, unitOf(span.start.unit).label, stored.block),
      document: document.id,
      title: document.title,
      index: partOf(stored.id),
      text: spanText((unit) => unitOf(unit).text, span),
    }
  })
}

interface UnitRow {
  readonly text: string
  readonly label: string | null
}
