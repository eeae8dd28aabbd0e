import type { Term } from './query'
import { spellingsOf, wordsOf } from './words'
import type { Word } from './words'

/** Where a term stands in a text: UTF-16 range, and the number of the term. */
export interface Match {
  readonly term: number
  readonly start: number
  readonly end: number
}

/** All places of the terms in a text, by position. The same rules as the index, so that every hit of it can be shown. */
export function findMatches(text: string, terms: readonly Term[]): readonly Match[] {
  const words = wordsOf(text)
  const spellings = new Map<string, { first: number; last: number }[]>()
  for (const spelling of spellingsOf(words)) {
    const places = spellings.get(spelling.text)
    if (places === undefined) spellings.set(spelling.text, [spelling])
    else places.push(spelling)
  }
  const places = new Map<string, number[]>()
  words.forEach((word, index) => {
    const seen = places.get(word.text)
    if (seen === undefined) places.set(word.text, [index])
    else seen.push(index)
  })
  const found = terms.flatMap((term, index) => placesOf(term, words, places, spellings).map(([first, last]) => toMatch(index, words, first, last, term)))
  return dropInner(found.sort((a, b) => a.start - b.start || b.end - a.end))
}

function placesOf(term: Term, words: readonly Word[], places: ReadonlyMap<string, readonly number[]>, spellings: ReadonlyMap<string, readonly { first: number; last: number }[]>): [number, number][] {
  const found: [number, number][] = []
  const first = term.words[0] ?? ''
  const single = term.words.length === 1
  const starts = single && term.beginning ? words.flatMap((word, index) => (word.text.startsWith(first) ? [index] : [])) : places.get(first) ?? []
  for (const start of starts) if (follows(term, words, start)) found.push([start, start + term.words.length - 1])
  if (single) for (const { first: from, last } of spellings.get(first) ?? []) found.push([from, last])
  if (term.together === null) return found
  for (const index of places.get(term.together) ?? []) found.push([index, index])
  if (!single) for (const { first: from, last } of spellings.get(term.together) ?? []) found.push([from, last])
  return found
}

function follows(term: Term, words: readonly Word[], start: number): boolean {
  const last = term.words.length - 1
  return term.words.every((text, index) => {
    const word = words[start + index]?.text
    return word !== undefined && (index === last && term.beginning ? word.startsWith(text) : word === text)
  })
}

/** A single character found as the beginning of a pair covers that character alone. */
function toMatch(index: number, words: readonly Word[], first: number, last: number, term: Term): Match {
  const start = words[first]?.start ?? 0
  const final = words[last]
  const end = final === undefined ? start : term.beginning ? final.start + (term.words.at(-1)?.length ?? 0) : final.end
  return { term: index, start, end: Math.max(end, start) }
}

/** Leaves out what lies wholly inside the match before it. */
function dropInner(matches: readonly Match[]): readonly Match[] {
  const kept: Match[] = []
  let end = -1
  for (const match of matches) {
    if (match.end <= end && kept.at(-1)?.term === match.term) continue
    kept.push(match)
    end = Math.max(end, match.end)
  }
  return kept
}
