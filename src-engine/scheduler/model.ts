import type { ChatFormat } from '../chat/prompt'
import type { DraftableSession } from '../draft/drafted-steps'
import type { Pace } from '../draft/pace'
import type { CalibrationHooks } from '../evidence/calibrate'
import type { PieceSession } from '../evidence/pieces'
import type { Engine } from '../engine'
import type { AttentionMode, Calibration, RetrievalTold, CalibrationCase, ModelFacts, ReadingPlace, ReadingSpeed } from '../protocol'
import type { Residency } from '../model/residency'
import type { ReadingIdentity } from '../reading/identity'
import type { HashHooks } from '../reading/model-hashes'
import type { Session, SyncOptions } from '../session'
import type { Tokenizer } from '../tokenizer/tokenizer'

/** What the loop needs of a model that is ready to answer. */
export interface OpenModel {
  readonly facts: ModelFacts
  readonly tokenizer: Tokenizer
  readonly format: ChatFormat
  readonly session: ChatSession
  readonly pace: Pace
  /** What keys and values may take of memory now where nobody has said how much, bytes. */
  usualBudgetBytes(): number
  readonly residency: Residency
  /** Reads a text to where its keys and values are kept. */
  readonly prefill: Engine['prefill']
  /** Sums up what was read so. */
  readonly keepSummaries: Engine['keepSummaries']
  /**
   * What a reading of the document by this model is made of. The first time, the model's file is read whole.
   * @throws ReadingsError, the error of node:fs, an AbortError
   */
  identity(place: ReadingPlace, hooks: HashHooks): Promise<ReadingIdentity>
  /** How fast it reads here. Aborting rejects with an AbortError. */
  measure(signal: AbortSignal): Promise<ReadingSpeed>
  /** Takes the session for itself. @throws what the session throws, and an AbortError */
  calibrate(cases: readonly CalibrationCase[], hooks: CalibrationHooks): Promise<Calibration>
  close(): void
}

export interface ReadHooks extends Pick<SyncOptions, 'watch' | 'kept' | 'keptTail' | 'budget'> {
  /** Tokens of the new part that were read, of how many. */
  onProgress(done: number, total: number): void
  /** Aborting makes `sync` reject within one layer's time with an AbortError; what was read before stays. */
  readonly signal: AbortSignal
}

/** One conversation's place in the model. */
export interface ChatSession extends DraftableSession, PieceSession {
  /** Tokens that fit, prompt and answer together. */
  readonly contextMax: number
  /** What it holds. */
  readonly tokens: readonly number[]
  /** How it attends to what it holds. */
  readonly attention: AttentionMode
  /** What the tokens of the last answer passed over; undefined where they looked at all. */
  readonly retrieval: RetrievalTold | undefined
  /** Keeps what follows the text that others keep. */
  readonly keepTail: Session['keepTail']
  /** Makes the session hold exactly these tokens, reading only what is not there yet; `logits` are those after the last token. */
  sync(tokens: Int32Array, hooks: ReadHooks): Promise<{ readonly reused: number; readonly prefilled: number; readonly logits: Float32Array }>
}
