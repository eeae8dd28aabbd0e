/** Where chosen heads look while an answer is written, and how such heads are found. */
import type { ChatMessage, TextRange } from './chats'

/** What a chat is asked to tell beside its text: where chosen attention heads look. */
export interface EvidenceRequest {
  /** Layers and heads count from 0. */
  readonly heads: readonly { readonly layer: number; readonly head: number }[]
  /** The places that may be looked at: sentences of the sources. */
  readonly sources: readonly TextRange[]
  readonly question: TextRange
}

/** An answer that is known to be right, and which of the sources support it. */
export interface CalibrationCase {
  readonly messages: readonly ChatMessage[]
  readonly sources: readonly TextRange[]
  readonly question: TextRange
  readonly answer: string
  /** Indices of sources. */
  readonly gold: readonly number[]
}

/** The heads of a model that tell where words come from, best first, and what is usual for a right answer. */
export interface Calibration {
  readonly heads: EvidenceRequest['heads']
  /** Mean softmax mass that a token puts on the supporting sentence, over these heads. */
  readonly mass: number
  /** Mean natural logarithm of the probability of a token. */
  readonly logProbability: number
}

/** Where the heads looked from some tokens, and how likely these were. */
export interface EvidencePiece {
  readonly of: 'question' | 'answer'
  /** UTF-16 units [start, end) of the answer's text; both 0 for the question. */
  readonly start: number
  readonly end: number
  /** Tokens of the answer in this piece; 0 for the question. */
  readonly tokens: number
  /** Sum of the natural logarithms of their probabilities. */
  readonly logProbability: number
  /** Tokens whose looks are summed up: of an answer that ran out of room, the last one never looked. */
  readonly rows: number
  /** Softmax mass, [heads][sources], summed over the rows; a row's mass over all that it sees is 1. */
  readonly masses: Float32Array
}
