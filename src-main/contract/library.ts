import type { Box, DocumentFormat, DocumentId, DocumentState, OutlineEntry, Span, UnitProblemKind, BlockKind } from './document'
import type { Failure } from './failure'

/** A document as lists show it. */
export interface DocumentSummary {
  readonly id: DocumentId
  readonly title: string
  readonly author: string | null
  readonly format: DocumentFormat
  /** The file's name and the folder it came from, so that two of one name can be told apart. */
  readonly fileName: string
  readonly path: string
  readonly units: number
  readonly characters: number
  readonly state: DocumentState
  readonly failure: Failure | null
  /** Units whose text could not be had, 0-based. */
  readonly problems: readonly { readonly unit: number; readonly kind: UnitProblemKind }[]
  readonly notices: readonly string[]
  /** ISO 8601, UTC. */
  readonly imported: string
  readonly hasCover: boolean
}

/** What the reader needs to show a document. */
export interface DocumentDetail {
  readonly summary: DocumentSummary
  readonly labels: readonly (string | null)[]
  readonly outline: readonly OutlineEntry[]
}

/** A unit with its text, for `show` and for the reflowed reader. */
export interface UnitText {
  readonly unit: number
  readonly label: string | null
  readonly text: string
}

/** A block with its text; a block that crosses units has its text joined by one blank. */
export interface BlockText extends Span {
  readonly kind: BlockKind
  readonly level: number
  readonly path: readonly string[]
  readonly paragraph: number | null
  readonly text: string
}

/** Where in a document a piece of text stands, in words for a person. */
export interface Place {
  readonly unit: number
  /** 1-based page as it stands in the file; null in documents without pages. */
  readonly page: number | null
  readonly pageLabel: string | null
  readonly section: readonly string[]
  readonly paragraph: number | null
}

export interface SearchQuery {
  readonly text: string
  readonly documents?: readonly DocumentId[] | undefined
  /** At most so many results; 50 where it is not given. */
  readonly limit?: number | undefined
}

export interface SearchResult extends Place {
  readonly document: DocumentId
  readonly title: string
  readonly snippet: string
  /** Half-open UTF-16 ranges of the snippet that match. */
  readonly matches: readonly (readonly [number, number])[]
  /** The match itself, to be marked in the reader; null where the text cannot be pinned to a span. */
  readonly span: Span | null
}

/** Boxes of one unit that a span covers, for marks on a page. */
export interface UnitMarks {
  readonly unit: number
  readonly boxes: readonly Box[]
}

/** A sentence in view of the model or found by search. */
export interface SentenceText extends Span, Place {
  readonly document: DocumentId
  readonly title: string
  /** Index of the sentence in its document. */
  readonly index: number
  /** The words as they stand in the source. */
  readonly text: string
}

/** A passage found for a question: whole sentences of one section. */
export interface PassageHit {
  readonly document: DocumentId
  readonly passage: number
  readonly first: number
  readonly last: number
  readonly tokens: number
  /** Higher is better; comparable within one query only. */
  readonly score: number
}
