import type { SegmentedDocument, Sentence } from '../contract/document'
import { joinUnits, spanSearchText } from './across'
import { change, firstId, type Database } from './database'
import { indexText } from './words'
import type { StagedUnit } from './units'

/** For units whose last sentence goes on in the next one: how many characters of that belong to it. */
export function crossingLengths(units: readonly StagedUnit[], sentences: readonly Sentence[]): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>()
  for (const { start, end } of sentences) {
    if (end.unit === start.unit) continue
    const length = end.unit === start.unit + 1 ? end.offset : units[start.unit + 1]?.text.length ?? 0
    if (length > 0) lengths.set(start.unit, length)
  }
  return lengths
}

/**
 * The `crossing` column holds the sentence that runs over the unit's end, whole: it lets a search find the words of that sentence
 * together, and a word that a page break cut in two.
 */
export function indexUnits(db: Database, document: number, units: readonly StagedUnit[], sentences: readonly Sentence[]): void {
  const lengths = crossingLengths(units, sentences)
  const starts = new Map(sentences.map(({ start }) => [start.unit, start.offset]))
  units.forEach((unit, index) => {
    const { words, spellings } = indexText(searchedText(unit))
    const crossing = crossingWords(unit.text.slice(starts.get(index) ?? 0), searchedText(units[index + 1]).slice(0, lengths.get(index) ?? 0))
    if (words === '' && crossing === '') return
    change(db, 'INSERT INTO unit_words (rowid, words, spellings, crossing) VALUES (?, ?, ?, ?)', firstId(document) + index, words, spellings, crossing)
  })
}

/** Text that came out garbled is no text: nobody looks for what it says, and it must not be given as an answer. */
const searchedText = (unit: StagedUnit | undefined): string => (unit === undefined || unit.problem === 'garbled' ? '' : unit.text)

function crossingWords(own: string, ahead: string): string {
  if (ahead === '') return ''
  const { words, spellings } = indexText(joinUnits(own, ahead).text)
  return `${words} ${spellings}`
}

export function insertPassages(db: Database, document: number, units: readonly StagedUnit[], { sentences, passages }: Pick<SegmentedDocument, 'sentences' | 'passages'>): void {
  const textOf = (unit: number): string => searchedText(units[unit])
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
