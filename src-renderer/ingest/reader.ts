import type { ParsedDocument } from '../../src-main/contract/document'

/** One file to be read, whatever its format. */
export interface ReadRequest {
  /** The reader owns the bytes: it may transfer them to a worker. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** For sentences to the person only; never decides the format. */
  readonly fileName: string
  readonly password: string | null
  /** Aborted when the person cancels: the reader stops its workers at once and rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** `unitsTotal` is 0 while it is not known. */
  readonly progress: (unitsDone: number, unitsTotal: number) => void
}

/** Reads one format. Rejects with `FailureError` for what a person can meet. */
export type Reader = (request: ReadRequest) => Promise<ParsedDocument>
