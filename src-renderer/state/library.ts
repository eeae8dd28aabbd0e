import type { DocumentId, DocumentState, DocumentSummary } from './contract'
import type { ImportId, ImportItem } from '../../src-main/contract/imports'
import { addSample, type Sample } from './speed'

/** A file on its way in, with what is needed to say how long it will take. */
export interface TrackedImport {
  readonly item: ImportItem
  readonly samples: readonly Sample[]
}

export interface LibraryState {
  readonly loaded: boolean
  readonly documents: readonly DocumentSummary[]
  readonly imports: readonly TrackedImport[]
}

export type LibraryEvent =
  | { readonly kind: 'documents-listed'; readonly documents: readonly DocumentSummary[] }
  | { readonly kind: 'document-deleted'; readonly document: DocumentId }
  | { readonly kind: 'imports-changed'; readonly items: readonly ImportItem[]; readonly atMilliseconds: number }
  | { readonly kind: 'import-dismissed'; readonly item: ImportId }

export const emptyLibrary: LibraryState = { loaded: false, documents: [], imports: [] }

export function reduceLibrary(state: LibraryState, event: LibraryEvent): LibraryState {
  switch (event.kind) {
    case 'documents-listed':
      return { ...state, loaded: true, documents: event.documents }
    case 'document-deleted':
      return { ...state, documents: state.documents.filter(({ id }) => id !== event.document) }
    case 'imports-changed':
      return { ...state, imports: mergeImports(state.imports, event.items, event.atMilliseconds) }
    case 'import-dismissed':
      return { ...state, imports: state.imports.filter(({ item }) => item.id !== event.item) }
  }
}

function mergeImports(before: readonly TrackedImport[], items: readonly ImportItem[], at: number): readonly TrackedImport[] {
  const byId = new Map(before.map((tracked) => [tracked.item.id, tracked]))
  for (const item of items) {
    const samples = item.state === 'importing' ? addSample(byId.get(item.id)?.samples ?? [], { atMilliseconds: at, done: item.unitsDone }) : []
    byId.set(item.id, { item, samples })
  }
  return [...byId.values()].sort((a, b) => a.item.id - b.item.id)
}

/** One line of the library pane: a document, or a file that is not one yet. */
export type LibraryRow =
  | { readonly kind: 'document'; readonly key: string; readonly document: DocumentSummary; readonly import: ImportItem | null }
  | { readonly kind: 'import'; readonly key: string; readonly tracked: TrackedImport }

const isUnderway = ({ item }: TrackedImport): boolean => item.state !== 'done' && item.state !== 'cancelled'

/** Files on their way first, then the documents as listed. A file that already stands as a document has one row only. */
export function libraryRows(state: LibraryState): readonly LibraryRow[] {
  const listed = new Set(state.documents.map(({ id }) => id))
  const underway = state.imports.filter(isUnderway)
  const waiting = new Map(underway.flatMap(({ item }) => (item.document === null ? [] : [[item.document, item] as const])))
  return [
    ...underway
      .filter(({ item }) => item.document === null || !listed.has(item.document))
      .map((tracked): LibraryRow => ({ kind: 'import', key: `import-${tracked.item.id}`, tracked })),
    ...state.documents.map((document): LibraryRow => ({ kind: 'document', key: document.id, document, import: waiting.get(document.id) ?? null })),
  ]
}

export const isReadable = (state: DocumentState): boolean => state === 'ready'

/** True once it is known that there is nothing at all: what the first window shows then is different. */
export const isEmptyLibrary = (state: LibraryState): boolean => state.loaded && state.documents.length === 0 && !state.imports.some(isUnderway)
