import type { Sentence, Span } from '../contract/document'
import type { SearchQuery, SearchResult } from '../contract/library'
import { joinUnits, positionIn } from './across'
import type { Crossing } from './across'
import { documentOf, firstId, partOf, row, rows } from './database'
import type { Database } from './database'
import { findMatches } from './matches'
import { placeOf } from './places'
import { allOf, parseQuery } from './query'
import type { Term } from './query'
import { rankedHits } from './ranked'
import type { Hit } from './ranked'
import { scopeOf } from './scope'
import { makeSnippet } from './snippet'
import type { Snippet } from './snippet'
import { unitText } from './units'

const limitUsual = 50
const limitMax = 500

/** Units that hold all that was typed, best first: one result a unit. */
export function search(db: Database, query: SearchQuery): readonly SearchResult[] {
  const terms = parseQuery(query.text)
  if (terms.length === 0) return []
  const documents = query.documents ?? []
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? limitUsual)), limitMax)
  const scope = scopeOf(db, documents)
  // Some rows hold a word only in the sentence that they share with the next unit; those are dropped below.
  const hits = rankedHits(db, 'unit_words', allOf(terms), scope, limit + 20)
  return hits.flatMap((hit) => look(db, hit, terms)).sort(closestFirst(terms)).slice(0, limit).map((seen) => toResult(db, seen))
}

interface Seen {
  readonly hit: Hit
  readonly snippet: Snippet
  readonly span: Span | null
}

function look(db: Database, hit: Hit, terms: readonly Term[]): readonly Seen[] {
  const document = documentOf(hit.id)
  const unit = partOf(hit.id)
  const own = unitText(db, document, unit)
  const crossing = crossingOf(db, document, unit, own)
  const matches = findMatches(crossing.text, terms).filter(({ start }) => start < crossing.own)
  if (matches.length === 0) return []
  const everywhere = matches.length > 0 ? findMatches(crossing.text, terms) : []
  const snippet = makeSnippet(crossing.text, everywhere)
  const match = snippet.match !== null && snippet.match.start < crossing.own ? snippet.match : matches[0] ?? null
  const span = match === null ? null : { start: positionIn(crossing, unit, 0, match.start, false), end: positionIn(crossing, unit, 0, match.end, true) }
  return [{ hit, snippet, span }]
}

/** The unit's text, with the rest of the sentence that runs into the next unit. */
function crossingOf(db: Database, document: number, unit: number, own: string): Crossing {
  const sentence = crossingSentence(db, document, unit)
  if (sentence === null) return { text: own, own: own.length, joint: 0 }
  const next = unitText(db, document, unit + 1)
  return joinUnits(own, sentence.end.unit === unit + 1 ? next.slice(0, sentence.end.offset) : next)
}

type Stretch = Pick<Sentence, 'start' | 'end'>

/** Sentences stand in reading order: the last that begins in or before the unit is the only one that can run over its end. */
function crossingSentence(db: Database, document: number, unit: number): Stretch | null {
  let low = 0
  let high = row<{ sentences: number }>(db, 'SELECT sentences FROM document WHERE number = ?', document)?.sentences ?? 0
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = row<{ start_unit: number }>(db, 'SELECT start_unit FROM sentence WHERE id = ?', firstId(document) + middle)?.start_unit ?? 0
    if (start <= unit) low = middle + 1
    else high = middle
  }
  const found = low === 0 ? undefined : rows<{ start_unit: number; start_offset: number; end_unit: number; end_offset: number }>(db, 'SELECT * FROM sentence WHERE id = ?', firstId(document) + low - 1)[0]
  if (found === undefined || found.start_unit !== unit || found.end_unit <= unit) return null
  return { start: { unit: found.start_unit, offset: found.start_offset }, end: { unit: found.end_unit, offset: found.end_offset } }
}

/** Units where all terms stand close together come before those where they lie apart; within each kind the index's order holds. */
const closestFirst = (terms: readonly Term[]) => (a: Seen, b: Seen): number => nearness(b, terms) - nearness(a, terms) || b.hit.score - a.hit.score || a.hit.id - b.hit.id

function nearness({ snippet }: Seen, terms: readonly Term[]): number {
  if (terms.length < 2) return 0
  return snippet.terms >= terms.length ? 1 : 0
}

function toResult(db: Database, { hit, snippet, span }: Seen): SearchResult {
  const document = documentOf(hit.id)
  const stored = row<{ id: string; title: string }>(db, 'SELECT id, title FROM document WHERE number = ?', document)
  return {
    ...placeOf(db, document, span?.start ?? { unit: partOf(hit.id), offset: 0 }),
    document: stored?.id ?? '',
    title: stored?.title ?? '',
    snippet: snippet.text,
    matches: snippet.matches,
    span,
  }
}
