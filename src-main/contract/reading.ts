import type { DocumentId } from './document'

/** What a model has read of a document, kept on the disk. */
export interface ReadingSummary {
  readonly id: string
  readonly document: DocumentId
  /** For a person; null where nobody remembers what the model was called. */
  readonly model: string | null
  readonly tokens: number
  readonly state: 'partial' | 'read'
  readonly bytes: number
  /** ISO 8601, UTC. */
  readonly lastUsed: string
}

/** How far a document is read. */
export interface ReadingProgress {
  readonly document: DocumentId
  readonly tokens: number
  readonly tokensTotal: number
  /** Null as long as nobody knows. */
  readonly millisecondsLeft: number | null
}

/** What came of reading a document, whether to its end or to where it was stopped. */
export interface ReadingResult {
  readonly reading: string
  readonly document: DocumentId
  readonly model: string
  readonly tokens: number
  readonly tokensTotal: number
  readonly reused: number
  readonly prefilled: number
  /** Units that were read, from the first on; the last perhaps in part. */
  readonly unitsRead: number
  readonly bytes: number
  /** Why what was read before was of no use; null where it was, or there was nothing. */
  readonly setAside: string | null
  readonly milliseconds: number
}
