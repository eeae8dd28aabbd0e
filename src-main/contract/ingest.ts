import type { ParsedUnit, SegmentedDocument } from './document'
import type { Failure } from './failure'
import type { ImportId } from './imports'

/**
 * The port between main and the hidden ingest window, which has no other bridge. Main hands out one job at a time; the
 * window fetches the bytes from `source`, parses them in its workers, and sends units in batches of a few megabytes.
 */
export type IngestRequest =
  | { readonly kind: 'parse'; readonly job: ImportId; readonly source: string; readonly fileName: string; readonly bytes: number; readonly password: string | null }
  | { readonly kind: 'cancel'; readonly job: ImportId }

export type IngestEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly job: ImportId; readonly unitsDone: number; readonly unitsTotal: number }
  | { readonly kind: 'units'; readonly job: ImportId; readonly units: readonly ParsedUnit[] }
  /** The last word of a job that went well: everything but the units, which came before. */
  | { readonly kind: 'parsed'; readonly job: ImportId; readonly document: Omit<SegmentedDocument, 'units'> }
  | { readonly kind: 'failed'; readonly job: ImportId; readonly failure: Failure }
