import type { Span } from '../contract/document'
import type { SearchQuery, SearchResult } from '../contract/library'
import { joinUnits, spanIn, type Crossing } from './across'
import { documentOf, partOf, row, type Database } from './database'
import { findMatches } from './matches'
import { placed, placeOf } from './places'
import { allOf, inSequence, parseQuery, type Term } from './query'
import { countHits, newestHits, rankedHits, type Hit } from './ranked'
import { scopeOf, type Scope } from './scope'
import { makeSnippet, type Snippet } from './snippet'
import { unitText } from './units'

const limitUsual = 50
const limitMax = 500
/** Some rows hold a word only in the sentence that they share with the next unit, and are dropped: so many more are asked for. */
const spare = 20
const rankedMax = 4000

/** Units that hold all that was typed, best first: one result a unit. */
export function search(db: Database, query: SearchQuery): readonly SearchResult[] {
  const terms = parseQuery(query.text)
  if (terms.length === 0) return []
  const documents = query.documents ?? []
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? limitUsual)), limitMax)
  const scope = scopeOf(db, documents)
  const hits = findHits(db, terms, scope, limit + spare)
  const seen: Seen[] = []
  for (const hit of hits) {
    if (seen.length === limit) break
    const found = look(db, hit, terms)
    if (found !== null) seen.push(found)
  }
  return seen.sort(closestFirst(terms.length)).map((found) => toResult(db, found))
}

/**
 * BM25 weighs every unit that matches. Where thousands do, the words are too common for it to tell much, and it would take too long in a large
 * library: then units come first where the words follow one another, and those of newer documents before older ones.
 */
function findHits(db: Database, terms: readonly Term[], scope: Scope, limit: number): readonly Hit[] {
  const all = allOf(terms)
  if (countHits(db, 'unit_words', all, scope, rankedMax) < rankedMax) return rankedHits(db, 'unit_words', all, scope, limit)
  const together = terms.length > 1 ? newestHits(db, 'unit_words', inSequence(terms), scope, limit) : []
  const known = new Set(together.map(({ id }) => id))
  return [...together, ...newestHits(db, 'unit_words', all, scope, limit).filter(({ id }) => !known.has(id))]
}

interface Seen {
  readonly hit: Hit
  readonly label: string | null
  readonly snippet: Snippet
  readonly span: Span
}

interface UnitRow {
  readonly text: string
  readonly label: string | null
  readonly crossing: number | null
}

/** The hit in its unit's text; null where its words stand only in the part of a sentence that belongs to the next unit. */
function look(db: Database, hit: Hit, terms: readonly Term[]): Seen | null {
  const unit = row<UnitRow>(db, 'SELECT text, label, crossing FROM unit WHERE id = ?', hit.id)
  if (unit === undefined) return null
  const { text, label, crossing } = unit
  const ahead = crossing === null ? '' : unitText(db, documentOf(hit.id), partOf(hit.id) + 1).slice(0, crossing)
  const joined: Crossing = ahead === '' ? { text, own: text.length, joint: 0 } : joinUnits(text, ahead)
  const matches = findMatches(joined.text, terms)
  const snippet = makeSnippet(joined.text, matches)
  const match = snippet.match !== null && snippet.match.start < joined.own ? snippet.match : matches.find(({ start }) => start < joined.own)
  if (match === undefined) return null
  return { hit, label, snippet, span: spanIn(joined, { unit: partOf(hit.id), offset: 0 }, match.start, match.end) }
}

/** Units where all terms stand close together come before those where they lie apart; within each kind the index's order holds. */
const closestFirst = (terms: number) => (a: Seen, b: Seen): number =>
  Number(b.snippet.terms >= terms) - Number(a.snippet.terms >= terms)
  || b.hit.score - a.hit.score
  || b.snippet.matches.length - a.snippet.matches.length
  || a.hit.id - b.hit.id

function toResult(db: Database, { hit, label, snippet, span }: Seen): SearchResult {
  const document = placed(db, documentOf(hit.id))
  return {
    ...placeOf(db, document, span.start, label),
    document: document.id,
    title: document.title,
    snippet: snippet.text,
    matches: snippet.matches,
    span,
  }
}
