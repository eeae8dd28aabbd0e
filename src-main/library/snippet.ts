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

/** The window with most different terms; of those the narrowest, then the first. Each end of the window moves forward only. */
function bestWindow(matches: readonly Match[]): { readonly first: Match | null; readonly end: number; readonly terms: number } {
  let best: { first: Match | null; end: number; terms: number } = { first: null, end: 0, terms: 0 }
  const counts = new Map<number, number>()
  let next = 0
  for (const first of matches) {
    for (; next < matches.length; next += 1) {
      const match = matches[next]
      if (match === undefined || (match !== first && match.end > first.start + charactersMax - lead)) break
      counts.set(match.term, (counts.get(match.term) ?? 0) + 1)
    }
    const end = Math.max(first.end, matches[next - 1]?.end ?? 0)
    const narrower = counts.size === best.terms && best.first !== null && end - first.start < best.end - best.first.start
    if (counts.size > best.terms || (counts.size > 1 && narrower)) best = { first, end, terms: counts.size }
    const left = (counts.get(first.term) ?? 1) - 1
    if (left === 0) counts.delete(first.term)
    else counts.set(first.term, left)
  }
  return best
}

type Ranges = readonly (readonly [number, number])[]

function apart(matches: readonly Match[]): Ranges {
  const ranges: [number, number][] = []
  for (const { start, end } of matches) {
    const last = ranges.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else ranges.push([start, end])
  }
  return ranges
}

/** White space made single, and ranges of the text moved along. */
function single(body: string, from: number, ranges: Ranges): { readonly text: string; readonly ranges: Ranges } {
  const pieces: string[] = []
  /** For each gap: where it began in the body, and how many characters are gone after it. */
  const gaps: (readonly [number, number])[] = []
  let at = 0
  let gone = 0
  for (const match of body.matchAll(/\s+/g)) {
    const outside = match.index === 0 || match.index + match[0].length === body.length
    pieces.push(body.slice(at, match.index), outside ? '' : ' ')
    gone += match[0].length - (outside ? 0 : 1)
    gaps.push([match.index + match[0].length, gone])
    at = match.index + match[0].length
  }
  const text = pieces.join('') + body.slice(at)
  const place = (source: number): number => source - from - (gaps.findLast(([end]) => end <= source - from)?.[1] ?? 0)
  return { text, ranges: ranges.map(([start, end]) => [place(start), place(end)] as const) }
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
