import type { Term } from './query'
import { spellingsOf, wordsOf, type Word } from './words'

/** Where a term stands in a text: UTF-16 range, and the number of the term. */
export interface Match {
  readonly term: number
  readonly start: number
  readonly end: number
}

/** All places of the terms in a text, by position. The same rules as the index, so that every hit of it can be shown. */
export function findMatches(text: string, terms: readonly Term[]): readonly Match[] {
  const words = wordsOf(text)
  const places = placesOf(words, terms)
  const direct = terms.map((term, index) => directMatches(term, index, words, places))
  if (direct.every((found) => found.length > 0)) return inOrder(direct.flat())
  const spellings = spellingsOf(words)
  return inOrder(terms.flatMap((term, index) => {
    const found = direct[index] ?? []
    const wanted = otherwise(term)
    if (found.length > 0) return found
    return spellings.filter((spelling) => wanted.includes(spelling.text)).map(({ first, last }) => toMatch(index, words, first, last))
  }))
}

/** Spellings under which a term may be found where its words do not stand so themselves. */
const otherwise = ({ words, together }: Term): readonly string[] => (words.length === 1 ? words : together === null ? [] : [together])

/** For each word that a term begins with, or is when written together: the numbers of the text's words that are it, or begin with it. */
function placesOf(words: readonly Word[], terms: readonly Term[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  for (const { words: wanted, together } of terms) {
    places.set(wanted[0] ?? '', [])
    if (together !== null) places.set(together, [])
  }
  const beginnings = terms.flatMap(({ words: wanted, beginning }) => (beginning && wanted.length === 1 ? wanted : []))
  for (let index = 0; index < words.length; index += 1) {
    const text = words[index]?.text ?? ''
    places.get(text)?.push(index)
    for (const start of beginnings) if (text !== start && text.startsWith(start)) places.get(start)?.push(index)
  }
  return places
}

function directMatches(term: Term, index: number, words: readonly Word[], places: ReadonlyMap<string, readonly number[]>): readonly Match[] {
  const found: Match[] = []
  for (const start of places.get(term.words[0] ?? '') ?? []) {
    if (!follows(term, words, start)) continue
    const last = words[start + term.words.length - 1]
    // A single character found as the beginning of a pair covers that character alone.
    const end = last === undefined ? 0 : term.beginning ? last.start + (term.words.at(-1)?.length ?? 0) : last.end
    found.push({ term: index, start: words[start]?.start ?? 0, end })
  }
  if (term.together !== null) for (const at of places.get(term.together) ?? []) found.push(toMatch(index, words, at, at))
  return found
}

function follows(term: Term, words: readonly Word[], start: number): boolean {
  const last = term.words.length - 1
  for (let index = 0; index <= last; index += 1) {
    const word = words[start + index]?.text
    const wanted = term.words[index] ?? ''
    if (word === undefined || (index === last && term.beginning ? !word.startsWith(wanted) : word !== wanted)) return false
  }
  return true
}

const toMatch = (term: number, words: readonly Word[], first: number, last: number): Match =>
  ({ term, start: words[first]?.start ?? 0, end: words[last]?.end ?? 0 })

/** By position; of one term, what lies wholly inside the match before it is left out. */
function inOrder(matches: readonly Match[]): readonly Match[] {
  const kept: Match[] = []
  for (const match of [...matches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || last.term !== match.term || match.end > last.end) kept.push(match)
  }
  return kept
}
