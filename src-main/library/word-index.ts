import type { SegmentedDocument, Sentence } from '../contract/document'
import { joinUnits, spanSearchText } from './across'
import { change, firstId } from './database'
import type { Database } from './database'
import { indexText } from './words'
import type { StagedUnit } from './units'

/**
 * The text of a unit followed by what the last sentence of it goes on with in the next unit, or null where none does. It lets a search
 * find words of that sentence together, and a word that a page break cut in two.
 */
export function crossingText(textOf: (unit: number) => string, sentence: Sentence): string {
  const { start, end } = sentence
  const text = textOf(start.unit)
  const next = textOf(start.unit + 1)
  return joinUnits(text.slice(start.offset), end.unit === start.unit + 1 ? next.slice(0, end.offset) : next).text
}

/** Sentences that begin in one unit and end in a later one, by the unit that they begin in. */
export function crossings(sentences: readonly Sentence[]): ReadonlyMap<number, Sentence> {
  return new Map(sentences.filter(({ start, end }) => end.unit > start.unit && (end.offset > 0 || end.unit > start.unit + 1)).map((sentence) => [sentence.start.unit, sentence]))
}

export function indexUnits(db: Database, document: number, units: readonly StagedUnit[], sentences: readonly Sentence[]): void {
  const across = crossings(sentences)
  const textOf = (unit: number): string => units[unit]?.text ?? ''
  units.forEach((unit, index) => {
    const { words, spellings } = indexText(unit.text)
    const sentence = across.get(index)
    const crossing = sentence === undefined ? { words: '', spellings: '' } : indexText(crossingText(textOf, sentence))
    if (words === '' && crossing.words === '') return
    change(db, 'INSERT INTO unit_words (rowid, words, spellings, crossing) VALUES (?, ?, ?, ?)', firstId(document) + index, words, spellings, `${crossing.words} ${crossing.spellings}`)
  })
}

export function insertPassages(db: Database, document: number, units: readonly StagedUnit[], { sentences, passages }: Pick<SegmentedDocument, 'sentences' | 'passages'>): void {
  const textOf = (unit: number): string => units[unit]?.text ?? ''
  const paths = new Map<string, string>()
  passages.forEach(({ first, last, tokens, path }, index) => {
    const stored = JSON.stringify(path)
    change(db, 'INSERT INTO passage (id, first, last, tokens, path) VALUES (?, ?, ?, ?, ?)', firstId(document) + index, first, last, tokens, stored)
    const from = sentences[first]
    const to = sentences[last]
    if (from === undefined || to === undefined) return
    let pathWords = paths.get(stored)
    if (pathWords === undefined) paths.set(stored, (pathWords = indexText(path.join(' ')).words))
    const { words, spellings } = indexText(spanSearchText(textOf, { start: from.start, end: to.end }))
    change(db, 'INSERT INTO passage_words (rowid, words, spellings, path) VALUES (?, ?, ?, ?)', firstId(document) + index, words, spellings, pathWords)
  })
}
