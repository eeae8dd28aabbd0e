import type { Answer, AnswerId, Conversation, ConversationId, ConversationSummary } from '../contract/answer'
import type { DocumentId, DocumentState, ParsedUnit, SegmentedDocument, Span } from '../contract/document'
import type { Failure } from '../contract/failure'
import type { ImportId, ImportItem } from '../contract/imports'
import type { ReadingScope } from '../contract/reading'
import type { BlockText, DocumentDetail, DocumentSummary, PassageHit, SearchQuery, SearchResult, SentenceText, UnitMarks, UnitText } from '../contract/library'

/** A file about to become a document. */
export interface NewDocument {
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly hash: string
  readonly fileName: string
  readonly path: string
  readonly bytes: number
}

/** How a finished parse is to be stored. */
export interface StoredState {
  readonly state: Exclude<DocumentState, 'importing'>
  readonly failure: Failure | null
}

/** What a model is to read of a document, and how that stands. */
export interface ReadingPlan {
  readonly document: DocumentId
  /** Path of the model's file. */
  readonly model: string
  /** Of the model, for a person. */
  readonly modelName: string
  /** What has the smallest is read first. */
  readonly rank: number
  readonly wish: 'read' | 'paused' | 'stopped'
  readonly scope: ReadingScope
  /** Of the document. */
  readonly unitsTotal: number
  /** What the engine calls what is kept; null until it was begun. */
  readonly reading: string | null
  readonly tokensTotal: number | null
  /** Tokens from one entry of `unitsAt` to the next. */
  readonly chunkTokens: number
  /** Units of the scope that are read to their end after each so many tokens; empty until it was begun. */
  readonly unitsAt: readonly number[]
  /** Why what was read before was of no use, as a sentence. */
  readonly setAside: string | null
  readonly failure: Failure | null
}

/**
 * The library: the database behind a worker, as promises. Expected failures reject with `FailureError`.
 *
 * A document is stored in one transaction (`finish`): wholly there or wholly absent, whatever happens.
 */
export interface Library {
  // documents
  list(): Promise<readonly DocumentSummary[]>
  /** By id, or by an unambiguous beginning of at least four characters; null where there is none. */
  find(id: string): Promise<DocumentSummary | null>
  findByHash(hash: string): Promise<DocumentSummary | null>
  detail(document: DocumentId): Promise<DocumentDetail>
  text(document: DocumentId): Promise<readonly UnitText[]>
  blocks(document: DocumentId): Promise<readonly BlockText[]>
  marks(document: DocumentId, spans: readonly Span[]): Promise<readonly UnitMarks[]>
  findText(document: DocumentId, text: string): Promise<readonly Span[]>
  cover(document: DocumentId): Promise<Uint8Array | null>
  /**
   * Removes text, index, contents and cover of the document; the space returns to the disk. The stored file is the caller's. Answers about it stay
   * readable (they are the person's own; citations hold title and quote) until their conversation is deleted.
   */
  delete(document: DocumentId): Promise<void>

  // a document on its way in: units come in batches, `finish` stores all in one transaction
  addUnits(job: ImportId, units: readonly ParsedUnit[]): Promise<void>
  finish(job: ImportId, file: NewDocument, document: Omit<SegmentedDocument, 'units'>, stored: StoredState): Promise<DocumentSummary>
  /** Stores a file that could not be read (needs-password, failed) with no text. */
  storeUnread(file: NewDocument, stored: StoredState): Promise<DocumentSummary>
  abandon(job: ImportId): Promise<void>

  // the import queue, which survives a restart
  queue(): Promise<readonly ImportItem[]>
  enqueue(item: Omit<ImportItem, 'id'>): Promise<ImportItem>
  updateQueue(item: ImportItem): Promise<void>
  dequeue(item: ImportId): Promise<void>

  // search
  search(query: SearchQuery): Promise<readonly SearchResult[]>
  /**
   * Passages for a question, best first: FTS5 over folded text with CJK bigrams and the heading path as a second column,
   * all words first, then any word. `documents` empty means all that are ready.
   */
  passagesFor(question: string, documents: readonly DocumentId[], limit: number): Promise<readonly PassageHit[]>
  /** Words of the question that stand nowhere in the documents. */
  missingWords(question: string, documents: readonly DocumentId[]): Promise<readonly string[]>
  /** Sentences [first, last] of a document with their places and words. */
  sentences(document: DocumentId, first: number, last: number): Promise<readonly SentenceText[]>
  /** Inverse document frequency of folded words over the passages of the documents: for BM25 outside the index. */
  wordWeights(words: readonly string[], documents: readonly DocumentId[]): Promise<readonly number[]>

  // conversations
  conversations(): Promise<readonly ConversationSummary[]>
  conversation(id: ConversationId): Promise<Conversation | null>
  startConversation(title: string, documents: readonly DocumentId[]): Promise<ConversationId>
  deleteConversation(id: ConversationId): Promise<void>
  addAnswer(answer: Omit<Answer, 'id'>): Promise<AnswerId>
  saveAnswer(answer: Answer): Promise<void>
  answer(id: AnswerId): Promise<Answer | null>

  // what models are to read of documents; it goes with the document
  readingPlans(): Promise<readonly ReadingPlan[]>
  /** In the place of the one of the same document and model. */
  saveReadingPlan(plan: ReadingPlan): Promise<void>

  readSettings(): Promise<Record<string, unknown>>
  writeSettings(change: Record<string, unknown>): Promise<void>
  close(): Promise<void>
}

/** Opens (and where needed creates or migrates) the library in a folder: see open.ts. Never overwrites. */
export type OpenLibrary = (dataFolder: string) => Promise<Library>
