import type { Match } from './matches'

export interface Snippet {
  readonly text: string
  /** Half-open UTF-16 ranges of `text`, in order, apart from one another. */
  readonly matches: readonly (readonly [number, number])[]
  /** The match that the snippet was built round; null where the text holds none. */
  readonly match: Match | null
  /** How many different terms the snippet shows, and in how few characters: for ranking. */
  readonly terms: number
  readonly width: number
}

const charactersMax = 220
const lead = 60

/** The stretch of a text that shows most of the terms, cut at blanks, its white space made single. */
export function makeSnippet(text: string, matches: readonly Match[]): Snippet {
  const window = bestWindow(matches)
  const from = cutBefore(text, window.first === null ? 0 : Math.max(0, window.first.start - lead))
  const to = cutAfter(text, Math.max(from + charactersMax, window.end))
  const body = text.slice(from, to)
  const inside = window.first === null ? [] : apart(matches.filter((match) => match.start >= from && match.end <= to))
  const shown = single(body, from, inside)
  const head = from > 0 ? '… ' : ''
  return {
    text: `${head}${shown.text}${to < text.length ? ' …' : ''}`,
    matches: shown.ranges.map(([start, end]) => [start + head.length, end + head.length] as const),
    match: window.first,
    terms: window.terms,
    width: window.first === null ? 0 : window.end - window.first.start,
  }
}

/** The window with most different terms; of those the narrowest, then the first. */
function bestWindow(matches: readonly Match[]): { readonly first: Match | null; readonly end: number; readonly terms: number } {
  let best: { first: Match | null; end: number; terms: number } = { first: null, end: 0, terms: 0 }
  matches.forEach((first, index) => {
    const terms = new Set<number>()
    let end = first.end
    for (let next = index; next < matches.length; next += 1) {
      const match = matches[next]
      if (match === undefined || match.end > first.start + charactersMax - lead) break
      if (!terms.has(match.term)) end = Math.max(end, match.end)
      terms.add(match.term)
    }
    const narrower = terms.size === best.terms && best.first !== null && end - first.start < best.end - best.first.start
    if (terms.size > best.terms || narrower) best = { first, end: Math.max(end, first.end), terms: Math.max(terms.size, 1) }
  })
  return best
}

function apart(matches: readonly Match[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = []
  for (const { start, end } of matches) {
    const last = ranges.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else ranges.push([start, end])
  }
  return ranges
}

/** White space made single, and ranges of the text moved along. */
function single(body: string, from: number, ranges: readonly (readonly [number, number])[]): { readonly text: string; readonly ranges: readonly (readonly [number, number])[] } {
  const places = new Map<number, number>()
  let text = ''
  for (let index = 0; index < body.length; index += 1) {
    const blank = /\s/.test(body.charAt(index))
    if (blank && (text === '' || text.endsWith(' '))) {
      places.set(index, text.length)
      continue
    }
    places.set(index, text.length)
    text += blank ? ' ' : body.charAt(index)
  }
  places.set(body.length, text.length)
  const end = text.trimEnd().length
  const place = (at: number): number => Math.min(places.get(at - from) ?? 0, end)
  return { text: text.slice(0, end), ranges: ranges.map(([start, stop]) => [place(start), place(stop)] as const) }
}

const reach = 20

function cutBefore(text: string, at: number): number {
  if (at === 0) return 0
  const blank = text.slice(at, at + reach).search(/\s/)
  return blank >= 0 ? at + blank + 1 : wholeCharacter(text, at)
}

function cutAfter(text: string, at: number): number {
  if (at >= text.length) return text.length
  const blank = text.slice(at, at + reach).search(/\s/)
  return blank >= 0 ? at + blank : wholeCharacter(text, at)
}

/** Steps off the middle of a surrogate pair. */
const wholeCharacter = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at)
