import type { DocumentId, Span } from './document'
import type { Place } from './library'
import type { Failure } from './failure'

export type ConversationId = number
export type AnswerId = number

/** Half-open UTF-16 range of the answer's text. */
export type Range = readonly [start: number, end: number]

/** A source sentence that supports a statement of an answer. */
export interface Citation extends Place {
  /** Number shown in the chip, from 1, in order of first appearance. */
  readonly marker: number
  /** The statement that it supports. */
  readonly statement: Range
  readonly document: DocumentId
  readonly title: string
  readonly span: Span
  /** Words as they stand in the source, character for character. */
  readonly quote: string
  readonly verified: boolean
  /**
   * Whether the statement's words and the model's attention name the same sentence (right in 93 to 98 of 100) or different ones; absent where
   * the model told nothing of its attention.
   */
  readonly confidence?: 'high' | 'low'
}

/** One sentence of an answer and whether something in view supports it. */
export interface Statement {
  readonly range: Range
  readonly support: 'cited' | 'not-found' | 'none-needed'
}

/** What the model had in view of one document. */
export interface DocumentCoverage {
  readonly document: DocumentId
  readonly title: string
  /** 0-based. */
  readonly unitsInView: readonly number[]
  readonly unitsTotal: number
  readonly paginated: boolean
}

/** What the model had in view, per document. */
export interface Coverage {
  readonly documents: readonly DocumentCoverage[]
  readonly complete: boolean
}

export type AnswerState = 'waiting' | 'reading' | 'writing' | 'done' | 'cancelled' | 'interrupted' | 'failed'

export interface AnswerTimings {
  /** Milliseconds. */
  readonly prefill: number
  readonly firstToken: number
  readonly total: number
}

export interface AnswerTokens {
  readonly reused: number
  readonly prefilled: number
  readonly generated: number
}

/** What the model has in view: passages that fit the question, a whole document, or what is read of it so far. */
export const answerModes = ['passages', 'whole', 'part'] as const
export type AnswerMode = (typeof answerModes)[number]

export interface Answer {
  readonly id: AnswerId
  readonly conversation: ConversationId
  readonly question: string
  readonly text: string
  readonly state: AnswerState
  readonly failure: Failure | null
  readonly model: string
  readonly mode: AnswerMode
  readonly statements: readonly Statement[]
  readonly citations: readonly Citation[]
  readonly coverage: Coverage
  /** Words of the question that stand nowhere in the documents: told to the person, never a reason to refuse by itself. */
  readonly missingWords: readonly string[]
  readonly tokens: AnswerTokens
  readonly milliseconds: AnswerTimings
  /**
   * Whether the model had keys and values of all that was in view in memory, streamed those of what it had read before, or looked only at those that each
   * token chose; absent before it answered.
   */
  readonly attention?: 'resident' | 'streamed' | 'retrieval'
  /** What each token of the answer looked at of a text that it did not see whole; absent where it saw all. */
  readonly retrieval?: Retrieval
  /** Why what the model had read of the document before was of no use, as a sentence. */
  readonly setAside?: string
  /** ISO 8601, UTC. */
  readonly asked: string
}

export interface Retrieval {
  /** Tokens of the text. */
  readonly budgetTokens: number
  /** The part of the model's attention that lay elsewhere, as estimated, on average. */
  readonly unselected: number
}

export interface ConversationSummary {
  readonly id: ConversationId
  readonly title: string
  readonly documents: readonly DocumentId[]
  readonly answers: number
  /** ISO 8601, UTC, of the last question. */
  readonly updated: string
}

export interface Conversation extends ConversationSummary {
  readonly history: readonly Answer[]
}

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number
  /** The likeliest tokens that are kept; 0 keeps all. */
  readonly topK: number
  readonly topP: number
  readonly minP: number
  /** 1 changes nothing; above, what the answer has said becomes less likely. What it quotes does too. */
  readonly repetitionPenalty: number
  /** 0 changes nothing. */
  readonly presencePenalty: number
  readonly seed: number
  readonly tokensMax: number
}

export interface Question {
  /** Null starts a new conversation. */
  readonly conversation: ConversationId | null
  /** The documents asked about: the open one, or the chosen ones. Empty: all that are ready. */
  readonly documents: readonly DocumentId[]
  readonly text: string
  /** Where nothing is said, what was read decides. `whole` and `part` are for one document; `part` of one that is not read at all is `passages`. */
  readonly mode?: AnswerMode | undefined
  readonly sampling?: Partial<Sampling> | undefined
  /** What the model may keep in memory of what is in view, bytes; where nothing is said, what is free decides. */
  readonly memoryBytes?: number | undefined
  /** Tokens of a document that was read whole that each token of the answer looks at, of its own choice; where nothing is said, all. */
  readonly selectedTokens?: number | undefined
}
