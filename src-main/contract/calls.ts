import type { Answer, AnswerId, Conversation, ConversationId, ConversationSummary, Question } from './answer'
import type { DeviceSummary } from './device'
import type { DocumentId, Span } from './document'
import type { Forecast } from './forecast'
import type { ImportId, ImportItem, ImportSource } from './imports'
import type { BlockText, DocumentDetail, DocumentSummary, SearchQuery, SearchResult, UnitMarks, UnitText } from './library'
import type { EngineStatus, ImportMode, Licence, LicenceId, ModelFile, ModelSummary } from './model'
import type { DocumentReading, ReadingChoices, ReadingScope, ReadingShelf } from './reading'
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
  /** What reading it whole takes; loads the chosen model, and measures it at its first use. */
  'document/forecast': (document: DocumentId) => Forecast
  /** Of all documents that the chosen model has read, is reading or is to read; of the others nothing is said. Changes come as `reading/changed`. */
  'reading/states': () => readonly DocumentReading[]
  /** Reads a document after those that wait already, or goes on where that was stopped; another choice of units replaces what was read. */
  'reading/start': (document: DocumentId, scope: ReadingScope) => void
  'reading/pause': (document: DocumentId) => void
  'reading/resume': (document: DocumentId) => void
  /** Takes it out of the queue; what is complete stays on the disk until it is deleted. */
  'reading/cancel': (document: DocumentId) => void
  /** Puts what waits before another, or at the end. */
  'reading/move': (document: DocumentId, before: DocumentId | null) => void
  /** Which document is open in the window, if one is: it is read before others. */
  'reading/front': (document: DocumentId | null) => void
  /** What of a document that is longer than the chosen model's window can be read; loads the model. */
  'reading/choices': (document: DocumentId) => ReadingChoices
  'reading/list': () => ReadingShelf
  'reading/delete': (reading: string) => void
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
  /** Downloads a model of the catalogue, or goes on with it; done when it is installed or paused. How it goes comes as `model/download`. */
  'model/get': (name: string) => void
  'model/pause': (name: string) => void
  /** Gives a download up and throws away what came of it. */
  'model/discard': (name: string) => void
  /** Deletes a model and frees its space; one that is used in place is only forgotten. */
  'model/delete': (name: string) => void
  /** Opens the system's dialog and looks at the file that was chosen; null where the person cancelled. */
  'model/choose-file': () => ModelFile | null
  /** Looks at a file that was dropped or chosen, without loading it. */
  'model/inspect': (path: string) => ModelFile
  /** Done when the model is there; how far a copy is comes as `model/copy`. */
  'model/import': (path: string, mode: ImportMode) => ModelSummary
  /** Stops copying a model: nothing of the copy stays, and its import fails as `cancelled`. */
  'model/cancel-import': (name: string) => void
  'licence/read': (licence: LicenceId) => Licence
  'licence/accept': (licence: LicenceId) => void
  'engine/status': () => EngineStatus
  /** Looks for graphics devices, which may take a second; starts the engine where it does not run. */
  'engine/devices': () => readonly DeviceSummary[]
  'settings/read': () => Settings
  'settings/write': (change: Partial<Settings>) => Settings
}

export type CallName = keyof Calls
