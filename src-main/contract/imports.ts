import type { DocumentId } from './document'
import type { Failure } from './failure'

export type ImportId = number

/** What a person dropped, pasted or chose. A path may be a folder. */
export type ImportSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array }

/** One file on its way into the library. */
export interface ImportItem {
  readonly id: ImportId
  readonly fileName: string
  readonly path: string
  readonly state: 'queued' | 'importing' | 'needs-password' | 'done' | 'failed' | 'cancelled'
  readonly unitsDone: number
  /** 0 while it is not known. */
  readonly unitsTotal: number
  /** The document that it became, or already was. */
  readonly document: DocumentId | null
  /** True where the same bytes were in the library before. */
  readonly known: boolean
  readonly failure: Failure | null
}
