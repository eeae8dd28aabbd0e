import type { Sentence, Span } from '../contract/document'
import type { SentenceText } from '../contract/library'
import { spanText } from './across'
import { toSpan } from './blocks'
import { change, firstId, partOf, rows } from './database'
import type { Database } from './database'
import { placeOf } from './places'
import { unitText } from './units'

interface SentenceRow {
  readonly id: number
  readonly block: number
  readonly start_unit: number
  readonly start_offset: number
  readonly end_unit: number
  readonly end_offset: number
}

export function insertSentences(db: Database, document: number, sentences: readonly Sentence[]): void {
  sentences.forEach(({ block, start, end }, index) => {
    change(db, 'INSERT INTO sentence (id, block, start_unit, start_offset, end_unit, end_offset) VALUES (?, ?, ?, ?, ?, ?)',
      firstId(document) + index, block, start.unit, start.offset, end.unit, end.offset)
  })
}

/** Sentences [first, last] of a document with their places and words. */
export function sentenceTexts(db: Database, document: { readonly number: number; readonly id: string; readonly title: string }, first: number, last: number): readonly SentenceText[] {
  const texts = new Map<number, string>()
  const textOf = (unit: number): string => {
    const known = texts.get(unit)
    if (known !== undefined) return known
    const text = unitText(db, document.number, unit)
    texts.set(unit, text)
    return text
  }
  return rows<SentenceRow>(db, 'SELECT * FROM sentence WHERE id BETWEEN ? AND ? ORDER BY id', firstId(document.number) + first, firstId(document.number) + last).map((stored) => {
    const span: Span = toSpan(stored)
    return {
      ...span,
      ...placeOf(db, document.number, span.start, stored.block),
      document: document.id,
      title: document.title,
      index: partOf(stored.id),
      text: spanText(textOf, span),
    }
  })
}
