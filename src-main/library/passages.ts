import type { DocumentId } from '../contract/document'
import type { PassageHit } from '../contract/library'
import { documentOf, partOf, row, type Database } from './database'
import { allOf, anyOf, parseQuestion, termExpression, type Term } from './query'
import { countHits, rankedHits, type Hit } from './ranked'
import { scopeOf, type Scope } from './scope'
import { wordsOf } from './words'

/** With fewer passages than this that hold all the words, those that hold some are taken too. */
const enough = 5
/** Words of more than this share of the passages say nothing about which one is meant. */
const commonShare = 0.4

/** Passages for a question, best first. */
export function passagesFor(db: Database, question: string, documents: readonly DocumentId[], limit: number): readonly PassageHit[] {
  const scope = scopeOf(db, documents)
  const terms = tellingTerms(db, parseQuestion(question), scope)
  if (terms.length === 0 || limit < 1) return []
  const all = rankedHits(db, 'passage_words', allOf(terms), scope, limit)
  if (all.length >= Math.min(limit, enough) || terms.length === 1) return all.flatMap((hit) => toPassage(db, hit, hit.score))
  const some = rankedHits(db, 'passage_words', anyOf(terms), scope, limit)
  // Passages with all the words lead; their scores are lifted so that the order can be told from the scores alone.
  const lift = some[0]?.score ?? 0
  const first = new Set(all.map(({ id }) => id))
  return [...all.map((hit) => [hit, hit.score + lift] as const), ...some.filter(({ id }) => !first.has(id)).map((hit) => [hit, hit.score] as const)]
    .slice(0, limit).flatMap(([hit, score]) => toPassage(db, hit, score))
}

/** The terms that stand somewhere in the scope and not nearly everywhere; all that stand there where none is telling. */
function tellingTerms(db: Database, terms: readonly Term[], scope: Scope): readonly Term[] {
  const max = Math.max(2, Math.ceil(scope.passages * commonShare))
  const counts = terms.map((term) => ({ term, count: countHits(db, 'passage_words', termExpression(term), scope, max) }))
  const present = counts.filter(({ count }) => count > 0)
  const telling = present.filter(({ count }) => count < max)
  return (telling.length > 0 ? telling : present).map(({ term }) => term)
}

function toPassage(db: Database, { id }: Hit, score: number): readonly PassageHit[] {
  const stored = row<{ first: number; last: number; tokens: number }>(db, 'SELECT first, last, tokens FROM passage WHERE id = ?', id)
  const document = row<{ id: string }>(db, 'SELECT id FROM document WHERE number = ?', documentOf(id))
  return stored === undefined || document === undefined ? [] : [{ document: document.id, passage: partOf(id), ...stored, score }]
}

/** Words of the question that stand nowhere in the documents, as the person wrote them. */
export function missingWords(db: Database, question: string, documents: readonly DocumentId[]): readonly string[] {
  const scope = scopeOf(db, documents)
  return parseQuestion(question).filter((term) => countHits(db, 'passage_words', termExpression(term), scope, 1) === 0).map(({ source }) => source)
}

/** Inverse document frequency of words over the passages of the documents: ln(1 + (N - n + 0.5) / (n + 0.5)), as in Lucene's BM25. */
export function wordWeights(db: Database, words: readonly string[], documents: readonly DocumentId[]): readonly number[] {
  const scope = scopeOf(db, documents)
  return words.map((word) => {
    const folded = wordsOf(word).filter(({ tail }) => !tail).map(({ text }) => text)
    const count = folded.length === 0 ? 0 : countHits(db, 'passage_words', `"${folded.join(' ')}"`, scope, scope.passages)
    return Math.log(1 + (scope.passages - count + 0.5) / (count + 0.5))
  })
}
