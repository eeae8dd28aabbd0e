import type { Calibration, ChatPlace, ModelFacts } from '../../src-engine/protocol'
import type { ConversationId, Sampling } from '../contract/answer'
import type { DocumentId } from '../contract/document'
import type { EventName, Events } from '../contract/events'
import type { DocumentSummary } from '../contract/library'
import type { DocumentReading } from '../contract/reading'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'

/** What asking needs of the world. */
export interface AskWorld {
  readonly library: Library
  readonly engine: EngineClient
  /** The model that answers: its file and its name for a person. Rejects with `model-missing`. */
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  /** Which attention heads of a loaded model tell where its words come from, and what is usual for it; null where that is not known. */
  readonly evidenceHeads: (facts: ModelFacts) => Promise<Calibration | null>
  /** Tokens of a text that a loaded model reads here in so many seconds; where that was never measured, it takes some seconds to find out. */
  readonly readable: (facts: ModelFacts, seconds: number, signal: AbortSignal) => Promise<number>
  /** How a document stands with the chosen model; null where that never met it. */
  readonly readingOf: (document: DocumentId) => Promise<DocumentReading | null>
  /** What was read of a document before proved to be of no use; `why` as a sentence. */
  readonly setAside: (document: DocumentId, why: string) => void
  /** Where what a model read of a document is kept, and what a conversation has in view behind it. */
  readonly readingPlace: (document: DocumentId, conversation: ConversationId) => ChatPlace
  readonly publish: <Name extends EventName>(name: Name, payload: Events[Name]) => void
  readonly now: () => Date
}

/** What one run is given: the documents asked about, how to sample, and when to stop. */
export interface RunOptions {
  readonly documents: readonly DocumentSummary[]
  readonly sampling: Partial<Sampling>
  /** What keys and values may take of memory; null where nobody has said. */
  readonly memoryBytes: number | null
  /** Tokens of what was read before that each token of the answer looks at; null for all. */
  readonly selectedTokens: number | null
  readonly signal: AbortSignal
}
