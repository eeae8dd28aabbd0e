import type { DocumentId, DocumentState, DocumentSummary } from './contract'
import { isPaginated } from '../../src-main/contract/document'
import type { ImportId, ImportItem } from '../../src-main/contract/imports'
import { addSample, type Sample } from '../../src-main/contract/speed'

/** A file on its way in, with what is needed to say how long it will take. */
export interface TrackedImport {
  readonly item: ImportItem
  readonly samples: readonly Sample[]
}

export interface LibraryState {
  readonly loaded: boolean
  readonly documents: readonly DocumentSummary[]
  readonly imports: readonly TrackedImport[]
  /** What the list shows. Rows that did not change stay the same objects, and progress alone changes none: lists are long. */
  readonly rows: readonly LibraryRow[]
}

/** One line of the library pane: a document, or a file that is not one yet. */
export type LibraryRow =
  | { readonly kind: 'document'; readonly key: string; readonly document: DocumentSummary; readonly waiting: ImportId | null }
  | { readonly kind: 'import'; readonly key: string; readonly item: ImportId; readonly fileName: string }

export type LibraryEvent =
  | { readonly kind: 'documents-listed'; readonly documents: readonly DocumentSummary[] }
  | { readonly kind: 'document-deleted'; readonly document: DocumentId }
  | { readonly kind: 'imports-changed'; readonly items: readonly ImportItem[]; readonly atMilliseconds: number }
  | { readonly kind: 'import-dismissed'; readonly item: ImportId }

export const emptyLibrary: LibraryState = { loaded: false, documents: [], imports: [], rows: [] }

export function reduceLibrary(state: LibraryState, event: LibraryEvent): LibraryState {
  switch (event.kind) {
    case 'documents-listed':
      return withRows({ ...state, loaded: true, documents: keepSame(state.documents, event.documents) })
    case 'document-deleted':
      return withRows({ ...state, documents: state.documents.filter(({ id }) => id !== event.document) })
    case 'imports-changed':
      return changeImports(state, event.items, event.atMilliseconds)
    case 'import-dismissed':
      return withRows({ ...state, imports: state.imports.filter(({ item }) => item.id !== event.item) })
  }
}

function changeImports(state: LibraryState, items: readonly ImportItem[], at: number): LibraryState {
  const before = new Map(state.imports.map((tracked) => [tracked.item.id, tracked]))
  const next = { ...state, imports: mergeImports(before, items, at) }
  const progressOnly = items.every((item) => {
    const old = before.get(item.id)?.item
    return old !== undefined && old.state === item.state && old.document === item.document
  })
  return progressOnly ? next : withRows(next)
}

function mergeImports(before: ReadonlyMap<ImportId, TrackedImport>, items: readonly ImportItem[], at: number): readonly TrackedImport[] {
  const byId = new Map(before)
  for (const item of items) {
    const samples = item.state === 'importing' ? addSample(byId.get(item.id)?.samples ?? [], { atMilliseconds: at, done: item.unitsDone }) : []
    byId.set(item.id, { item, samples })
  }
  return [...byId.values()].sort((a, b) => a.item.id - b.item.id)
}

const isUnderway = ({ item }: TrackedImport): boolean => item.state !== 'done' && item.state !== 'cancelled'

/** Files on their way first, then the documents as listed. A file that already stands as a document has one row only. */
function withRows(state: LibraryState): LibraryState {
  const listed = new Set(state.documents.map(({ id }) => id))
  const underway = state.imports.filter(isUnderway)
  const waiting = new Map(underway.flatMap(({ item }) => (item.document === null ? [] : [[item.document, item.id] as const])))
  const before = new Map(state.rows.map((row) => [row.key, row]))
  const files = underway.filter(({ item }) => item.document === null || !listed.has(item.document))
  const rows: readonly LibraryRow[] = [
    ...files.map(({ item }): LibraryRow => before.get(`import-${item.id}`) ?? { kind: 'import', key: `import-${item.id}`, item: item.id, fileName: item.fileName }),
    ...state.documents.map((document): LibraryRow => {
      const old = before.get(document.id)
      const file = waiting.get(document.id) ?? null
      return old?.kind === 'document' && old.document === document && old.waiting === file ? old : { kind: 'document', key: document.id, document, waiting: file }
    }),
  ]
  const isSame = rows.length === state.rows.length && rows.every((row, index) => row === state.rows[index])
  return isSame ? state : { ...state, rows }
}

/** The new list, with the old object wherever a document shows the same. */
function keepSame(before: readonly DocumentSummary[], after: readonly DocumentSummary[]): readonly DocumentSummary[] {
  const old = new Map(before.map((document) => [document.id, document]))
  return after.map((document) => {
    const same = old.get(document.id)
    return same !== undefined && looksSame(same, document) ? same : document
  })
}

const looksSame = (a: DocumentSummary, b: DocumentSummary): boolean =>
  a.title === b.title && a.author === b.author && a.state === b.state && a.units === b.units && a.hasCover === b.hasCover
  && a.failure?.message === b.failure?.message && a.problems.length === b.problems.length && a.notices.length === b.notices.length

/** Whether what a document is made of are pages. */
export const hasPages = ({ documents }: LibraryState, document: DocumentId): boolean =>
  documents.some(({ id, format }) => id === document && isPaginated(format))

export const isReadable = (state: DocumentState): boolean => state === 'ready'

/** True once it is known that there is nothing at all: what the first window shows then is different. */
export const isEmptyLibrary = (state: LibraryState): boolean => state.loaded && state.rows.length === 0
