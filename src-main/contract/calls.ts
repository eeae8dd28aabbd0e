import type { Answer, AnswerId, Conversation, ConversationId, ConversationSummary, Question } from './answer'
import type { DocumentId, Span } from './document'
import type { ImportId, ImportItem, ImportSource } from './imports'
import type { BlockText, DocumentDetail, DocumentSummary, SearchQuery, SearchResult, UnitMarks, UnitText } from './library'
import type { EngineStatus, ModelSummary } from './model'
import type { Settings } from './settings'

/** What the window may ask of main: name -> signature. Declared once; served by `ipc/serve.ts`, used through `bridge.ts`. */
export interface Calls {
  'library/list': () => readonly DocumentSummary[]
  'library/search': (query: SearchQuery) => readonly SearchResult[]
  'library/delete': (document: DocumentId) => void
  'document/open': (document: DocumentId) => DocumentDetail
  'document/text': (document: DocumentId) => readonly UnitText[]
  'document/blocks': (document: DocumentId) => readonly BlockText[]
  /** Boxes of spans, for marks on PDF pages. */
  'document/marks': (document: DocumentId, spans: readonly Span[]) => readonly UnitMarks[]
  /** Where a text stands in a document (exact, white space folded), for find in document. */
  'document/find': (document: DocumentId, text: string) => readonly Span[]
  'import/start': (sources: readonly ImportSource[]) => readonly ImportId[]
  /** Opens the system's dialog; resolves to the imports that it started. */
  'import/choose': () => readonly ImportId[]
  'import/sample': () => ImportId
  'import/list': () => readonly ImportItem[]
  'import/cancel': (item: ImportId) => void
  'import/password': (item: ImportId, password: string) => void
  'import/dismiss': (item: ImportId) => void
  'conversation/list': () => readonly ConversationSummary[]
  'conversation/open': (conversation: ConversationId) => Conversation
  'conversation/delete': (conversation: ConversationId) => void
  'answer/start': (question: Question) => Answer
  'answer/cancel': (answer: AnswerId) => void
  /** Opens the system's save dialog; resolves to the path written, or null where the person cancelled. */
  'answer/export': (answer: AnswerId) => string | null
  'conversation/export': (conversation: ConversationId) => string | null
  /** The answer as Markdown with footnotes, for the clipboard. */
  'answer/markdown': (answer: AnswerId) => string
  'model/list': () => readonly ModelSummary[]
  'model/choose': (name: string) => void
  /** Downloads a catalogue model; progress comes as `model/download`. */
  'model/get': (name: string) => void
  'engine/status': () => EngineStatus
  'settings/read': () => Settings
  'settings/write': (change: Partial<Settings>) => Settings
}

export type CallName = keyof Calls
