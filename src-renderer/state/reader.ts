import type { DocumentDetail, DocumentId, Span } from './contract'

/** A place to go to. `serial` tells a second click on the same place from none. */
export interface Jump {
  readonly serial: number
  readonly unit: number
  readonly span: Span | null
}

/** `width` and `page` follow the pane; a number is a factor. */
export type Zoom = 'width' | 'page' | number

export interface FindState {
  readonly text: string
  readonly hits: readonly Span[]
  /** Index of the current hit; -1 where there is none. */
  readonly current: number
  readonly pending: boolean
}

export interface ReaderState {
  readonly document: DocumentId | null
  readonly detail: DocumentDetail | null
  readonly failure: string | null
  /** Unit at the top of the pane, 0-based. */
  readonly unit: number
  readonly zoom: Zoom
  /** The factor that the zoom came to. */
  readonly scale: number
  readonly jump: Jump | null
  /** The sentence that was asked for last: a citation, or a search result. */
  readonly chosen: Span | null
  readonly find: FindState | null
  readonly contentsOpen: boolean
}

export type ReaderEvent =
  | { readonly kind: 'document-opening'; readonly document: DocumentId; readonly unit: number; readonly span: Span | null }
  | { readonly kind: 'document-opened'; readonly detail: DocumentDetail }
  | { readonly kind: 'document-unopened'; readonly document: DocumentId; readonly message: string }
  | { readonly kind: 'document-closed' }
  | { readonly kind: 'unit-shown'; readonly unit: number }
  | { readonly kind: 'jumped'; readonly unit: number; readonly span: Span | null }
  | { readonly kind: 'zoomed'; readonly zoom: Zoom }
  | { readonly kind: 'scaled'; readonly scale: number }
  | { readonly kind: 'contents-toggled' }
  | { readonly kind: 'find-opened' }
  | { readonly kind: 'find-typed'; readonly text: string }
  | { readonly kind: 'find-found'; readonly text: string; readonly hits: readonly Span[] }
  | { readonly kind: 'find-moved'; readonly by: 1 | -1 }
  | { readonly kind: 'find-closed' }

export const closedReader: ReaderState = {
  document: null, detail: null, failure: null, unit: 0, zoom: 'width', scale: 1, jump: null, chosen: null, find: null, contentsOpen: false,
}

const zoomSteps = [0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5]

/** The next step up or down from a factor. */
export function nextZoom(scale: number, by: 1 | -1): number {
  const near = 0.005
  const found = by === 1 ? zoomSteps.find((step) => step > scale + near) : zoomSteps.findLast((step) => step < scale - near)
  return found ?? scale
}

const jumpTo = (state: ReaderState, unit: number, span: Span | null): Jump => ({ serial: (state.jump?.serial ?? 0) + 1, unit, span })

export function reduceReader(state: ReaderState, event: ReaderEvent): ReaderState {
  switch (event.kind) {
    case 'document-opening':
      return openAt(state, event.document, event.unit, event.span)
    case 'document-opened':
      return event.detail.summary.id === state.document ? { ...state, detail: event.detail, failure: null } : state
    case 'document-unopened':
      return event.document === state.document ? { ...state, detail: null, failure: event.message } : state
    case 'document-closed':
      return { ...closedReader, zoom: state.zoom, contentsOpen: state.contentsOpen }
    case 'unit-shown':
      return event.unit === state.unit ? state : { ...state, unit: event.unit }
    case 'jumped':
      return { ...state, unit: event.unit, jump: jumpTo(state, event.unit, event.span), chosen: event.span ?? state.chosen }
    case 'zoomed':
      return { ...state, zoom: event.zoom }
    case 'scaled':
      return event.scale === state.scale ? state : { ...state, scale: event.scale }
    case 'contents-toggled':
      return { ...state, contentsOpen: !state.contentsOpen }
    default:
      return reduceFind(state, event)
  }
}

type FindEvent = Extract<ReaderEvent, { kind: `find-${string}` }>

function reduceFind(state: ReaderState, event: FindEvent): ReaderState {
  switch (event.kind) {
    case 'find-opened':
      return state.document === null || state.find !== null ? state : { ...state, find: { text: '', hits: [], current: -1, pending: false } }
    case 'find-typed':
      return state.find === null ? state : { ...state, find: event.text === '' ? { text: '', hits: [], current: -1, pending: false } : { ...state.find, text: event.text, pending: true } }
    case 'find-found':
      if (state.find?.text !== event.text) return state
      return showHit(state, { text: event.text, hits: event.hits, current: firstFrom(event.hits, state.unit), pending: false })
    case 'find-moved':
      return moveHit(state, event.by)
    case 'find-closed':
      return state.find === null ? state : { ...state, find: null }
  }
}

function openAt(state: ReaderState, document: DocumentId, unit: number, span: Span | null): ReaderState {
  if (document !== state.document) {
    return { ...closedReader, zoom: state.zoom, contentsOpen: state.contentsOpen, document, unit, jump: jumpTo(state, unit, span), chosen: span }
  }
  return { ...state, unit, jump: jumpTo(state, unit, span), chosen: span }
}

/** The first hit on the unit in view or after it, so that finding does not jump back to the title page. */
function firstFrom(hits: readonly Span[], unit: number): number {
  const found = hits.findIndex((hit) => hit.start.unit >= unit)
  return found === -1 ? Math.min(0, hits.length - 1) : found
}

function showHit(state: ReaderState, find: FindState): ReaderState {
  const hit = find.hits[find.current]
  return hit === undefined ? { ...state, find } : { ...state, find, unit: hit.start.unit, jump: jumpTo(state, hit.start.unit, hit) }
}

function moveHit(state: ReaderState, by: 1 | -1): ReaderState {
  const { find } = state
  if (find === null || find.hits.length === 0) return state
  return showHit(state, { ...find, current: (find.current + by + find.hits.length) % find.hits.length })
}

/** The entry of the contents that the unit in view belongs to; -1 before the first. */
export const currentEntry = (outline: readonly { readonly unit: number }[], unit: number): number => outline.findLastIndex((entry) => entry.unit <= unit)

/** The unit that a typed page means: a printed label first, then a number in the file; null where there is none. */
export function unitOfPage(typed: string, labels: readonly (string | null)[]): number | null {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return null
  const labelled = labels.findIndex((label) => label?.toLowerCase() === wanted)
  if (labelled !== -1) return labelled
  const number = /^\d+$/.test(wanted) ? Number(wanted) : Number.NaN
  return number >= 1 && number <= labels.length ? number - 1 : null
}
