import type { SearchResult } from './contract'

export interface SearchState {
  readonly text: string
  readonly results: readonly SearchResult[]
  readonly pending: boolean
  readonly failure: string | null
}

export type SearchEvent =
  | { readonly kind: 'search-typed'; readonly text: string }
  | { readonly kind: 'search-found'; readonly text: string; readonly results: readonly SearchResult[] }
  | { readonly kind: 'search-failed'; readonly text: string; readonly message: string }

export const noSearch: SearchState = { text: '', results: [], pending: false, failure: null }

/** Results of an older text are dropped: answers may come back in any order. */
export function reduceSearch(state: SearchState, event: SearchEvent): SearchState {
  switch (event.kind) {
    case 'search-typed':
      return event.text.trim() === '' ? { ...noSearch, text: event.text } : { ...state, text: event.text, pending: true, failure: null }
    case 'search-found':
      return event.text === state.text ? { ...state, results: event.results, pending: false } : state
    case 'search-failed':
      return event.text === state.text ? { ...state, results: [], pending: false, failure: event.message } : state
  }
}

/** Cuts a snippet at its matches. */
export function snippetParts(snippet: string, matches: readonly (readonly [number, number])[]): readonly { readonly text: string; readonly marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = []
  let at = 0
  for (const [start, end] of matches) {
    if (start < at || end <= start || end > snippet.length) continue
    if (start > at) parts.push({ text: snippet.slice(at, start), marked: false })
    parts.push({ text: snippet.slice(start, end), marked: true })
    at = end
  }
  if (at < snippet.length) parts.push({ text: snippet.slice(at), marked: false })
  return parts
}
