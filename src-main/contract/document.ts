/**
 * What a document is, from the reader that parses it to the page that shows it.
 *
 * A document is a row of *units*: the pages of a PDF, the sections of a Word file. Every position is a unit and a
 * UTF-16 offset into that unit's text; everything else (blocks, sentences, passages, marks) is positions.
 */

export type DocumentId = string
export type DocumentFormat = 'pdf' | 'docx'

/** Position in a document: 0-based unit, UTF-16 offset into that unit's text. */
export interface Position {
  readonly unit: number
  readonly offset: number
}

/** Half-open range [start, end); may cross from one unit into the next. */
export interface Span {
  readonly start: Position
  readonly end: Position
}

/** Box in PDF points; origin at the top left of the unrotated crop box, y grows downwards. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Which way the characters of a run follow one another on the unrotated page: to the right, to the left, down or up. */
export type Direction = 'ltr' | 'rtl' | 'ttb' | 'btt'

/** A stretch of a unit's text that lies in one box: what gives back rectangles for a span of text. */
export interface Run extends Box {
  readonly start: number
  readonly end: number
  readonly direction: Direction
}

export type UnitProblemKind = 'no-text' | 'garbled' | 'unreadable' | 'timeout'

/** One unit as its reader found it. `text` is the reading text: ligatures undone, line ends joined, running heads left out. */
export interface ParsedUnit {
  readonly text: string
  /** The printed page label ("iv", "A-5"); null where the document prints none and in documents without pages. */
  readonly label: string | null
  /** Running heads and folios, kept apart from the text. */
  readonly furniture: string
  /** Size in points and clockwise rotation of the page; zeros in documents without pages. */
  readonly width: number
  readonly height: number
  readonly rotation: 0 | 90 | 180 | 270
  /** Packed runs in order of `start`: see runs.ts. */
  readonly runs: Float32Array
  readonly problem: UnitProblemKind | null
}

export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table-row' | 'footnote'

/** A block of text that sentences and passages never cross. */
export interface ParsedBlock extends Span {
  readonly kind: BlockKind
  /** Heading level from 1; 0 for everything else. */
  readonly level: number
  /** Titles of the headings above, outermost first. */
  readonly path: readonly string[]
  /** Ordinal of the block under its heading, from 1 (headings are not counted: null). */
  readonly paragraph: number | null
}

/** An entry of the contents, in reading order; `level` from 1. */
export interface OutlineEntry {
  readonly title: string
  readonly level: number
  readonly unit: number
}

/** One sentence; `block` is an index into the document's blocks. */
export interface Sentence extends Span {
  readonly block: number
}

/** Whole sentences [first, last] of one section: the unit of search. */
export interface Passage {
  readonly first: number
  readonly last: number
  /** Estimated tokens (per script, see passages.ts). */
  readonly tokens: number
  readonly path: readonly string[]
}

/** What a format's reader makes of a file's bytes. */
export interface ParsedDocument {
  readonly format: DocumentFormat
  readonly title: string | null
  readonly author: string | null
  /** BCP 47 language of the text where the file says it, else null. */
  readonly language: string | null
  readonly units: readonly ParsedUnit[]
  readonly blocks: readonly ParsedBlock[]
  readonly outline: readonly OutlineEntry[]
  /** Sentences a person should read: what was left out and why (attachments, equations). */
  readonly notices: readonly string[]
  /** First page as WebP or PNG, fitted into 240 x 320 px (120 x 160 on a display of double density); null where there is none. */
  readonly cover: Uint8Array | null
}

/** A parsed document with its sentences and passages: what the library stores. */
export interface SegmentedDocument extends ParsedDocument {
  readonly sentences: readonly Sentence[]
  readonly passages: readonly Passage[]
}

export type DocumentState = 'ready' | 'importing' | 'needs-ocr' | 'needs-password' | 'failed'

/** True where units are pages (PDF); false where they are sections (Word). */
export const isPaginated = (format: DocumentFormat): boolean => format === 'pdf'
