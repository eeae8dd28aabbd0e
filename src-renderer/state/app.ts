import type { CopyProgress, DownloadState, EngineStatus, ModelSummary } from '../../src-main/contract/model'
import { newConversation, reduceConversation, type ConversationEvent, type ConversationState } from './conversation'
import { firstLayout, reduceLayout, type LayoutEvent, type LayoutState } from './layout'
import { emptyLibrary, reduceLibrary, type LibraryEvent, type LibraryState } from './library'
import { closedReader, reduceReader, type ReaderEvent, type ReaderState } from './reader'
import { reduceReadings, type ReadingEvent, type Readings } from './readings'
import { noSearch, reduceSearch, type SearchEvent, type SearchState } from './search'

/** A short message that goes away by itself. */
export interface Notice {
  readonly id: number
  readonly tone: 'plain' | 'bad'
  readonly text: string
}

export interface Download {
  readonly name: string
  readonly state: DownloadState
}

/** A model file that is being copied. */
export interface ModelCopy extends CopyProgress {
  readonly name: string
}

export interface AppState {
  readonly library: LibraryState
  readonly search: SearchState
  readonly reader: ReaderState
  readonly conversation: ConversationState
  readonly layout: LayoutState
  readonly readings: Readings
  readonly engine: EngineStatus
  readonly models: readonly ModelSummary[]
  readonly downloads: readonly Download[]
  readonly copies: readonly ModelCopy[]
  readonly notices: readonly Notice[]
  /** Said to screen readers only. */
  readonly announcement: string
}

type GeneralEvent =
  | { readonly kind: 'engine-changed'; readonly status: EngineStatus }
  | { readonly kind: 'models-listed'; readonly models: readonly ModelSummary[] }
  | { readonly kind: 'download-changed'; readonly name: string; readonly download: DownloadState | null }
  | { readonly kind: 'copy-changed'; readonly name: string; readonly copy: CopyProgress | null }
  | { readonly kind: 'noticed'; readonly tone: Notice['tone']; readonly text: string }
  | { readonly kind: 'notice-gone'; readonly id: number }
  | { readonly kind: 'announced'; readonly text: string }

export type AppEvent = LibraryEvent | SearchEvent | ReaderEvent | ConversationEvent | ReadingEvent | LayoutEvent | GeneralEvent

export const firstState: AppState = {
  library: emptyLibrary, search: noSearch, reader: closedReader, conversation: newConversation, layout: firstLayout,
  readings: new Map(), engine: { state: 'stopped' }, models: [], downloads: [], copies: [], notices: [], announcement: '',
}

const libraryKinds: readonly AppEvent['kind'][] = ['documents-listed', 'document-deleted', 'imports-changed', 'import-dismissed']
const layoutKinds: readonly AppEvent['kind'][] = ['window-resized', 'settings-changed', 'drawer-set', 'tab-chosen', 'dialog-opened', 'dialog-closed', 'system-theme']
const generalKinds: readonly AppEvent['kind'][] = ['engine-changed', 'models-listed', 'download-changed', 'copy-changed', 'noticed', 'notice-gone', 'announced']
const readerKinds: readonly AppEvent['kind'][] = [
  'document-opening', 'document-opened', 'document-unopened', 'document-closed', 'unit-shown', 'jumped', 'zoomed', 'scaled', 'contents-toggled',
  'find-opened', 'find-typed', 'find-found', 'find-moved', 'find-closed',
]
const readingKinds: readonly AppEvent['kind'][] = ['readings-listed', 'readings-changed']
const searchKinds: readonly AppEvent['kind'][] = ['search-typed', 'search-found', 'search-failed']

const isOf = <E extends AppEvent>(event: AppEvent, kinds: readonly AppEvent['kind'][]): event is E => kinds.includes(event.kind)

/** The whole window as a function of what happened. */
export function reduceApp(state: AppState, event: AppEvent): AppState {
  if (isOf<LibraryEvent>(event, libraryKinds)) return afterLibrary({ ...state, library: reduceLibrary(state.library, event) }, event)
  if (isOf<SearchEvent>(event, searchKinds)) return { ...state, search: reduceSearch(state.search, event) }
  if (isOf<ReadingEvent>(event, readingKinds)) return { ...state, readings: reduceReadings(state.readings, event) }
  if (isOf<LayoutEvent>(event, layoutKinds)) return { ...state, layout: reduceLayout(state.layout, event) }
  if (isOf<GeneralEvent>(event, generalKinds)) return reduceGeneral(state, event)
  if (isOf<ReaderEvent>(event, readerKinds)) {
    const reader = reduceReader(state.reader, event)
    return reader === state.reader ? state : { ...state, reader }
  }
  const conversation = reduceConversation(state.conversation, event)
  return conversation === state.conversation ? state : { ...state, conversation }
}

function afterLibrary(state: AppState, event: LibraryEvent): AppState {
  if (event.kind !== 'document-deleted') return state
  const readings = new Map([...state.readings].filter(([document]) => document !== event.document))
  if (state.reader.document !== event.document) return { ...state, readings }
  return { ...state, readings, reader: reduceReader(state.reader, { kind: 'document-closed' }) }
}

const noticesMax = 4

function reduceGeneral(state: AppState, event: GeneralEvent): AppState {
  switch (event.kind) {
    case 'engine-changed':
      return { ...state, engine: event.status }
    case 'models-listed':
      return { ...state, models: event.models }
    case 'download-changed':
      return { ...state, downloads: putDownload(state.downloads, event) }
    case 'copy-changed':
      return { ...state, copies: putCopy(state.copies, event) }
    case 'noticed': {
      const id = (state.notices.at(-1)?.id ?? 0) + 1
      return { ...state, notices: [...state.notices.filter(({ text }) => text !== event.text), { id, tone: event.tone, text: event.text }].slice(-noticesMax) }
    }
    case 'notice-gone':
      return { ...state, notices: state.notices.filter(({ id }) => id !== event.id) }
    case 'announced':
      return { ...state, announcement: event.text }
  }
}

function putDownload(downloads: readonly Download[], { name, download }: Extract<GeneralEvent, { kind: 'download-changed' }>): readonly Download[] {
  const others = downloads.filter((known) => known.name !== name)
  return download === null ? others : [...others, { name, state: download }]
}

function putCopy(copies: readonly ModelCopy[], { name, copy }: Extract<GeneralEvent, { kind: 'copy-changed' }>): readonly ModelCopy[] {
  const others = copies.filter((known) => known.name !== name)
  return copy === null ? others : [...others, { name, ...copy }]
}
