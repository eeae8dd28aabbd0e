/**
 * What main may ask of the engine and what the engine says, over one message port.
 *
 * A request has a `seq`; events carry the `seq` that they answer; `cancel` names a `seq`; every request
 * ends with exactly one `done` or `failed` of its `seq`. What they tell of lies in `protocol`, and comes to main through here.
 */
import type { ChatEnd, ChatMessage, Sampling } from './protocol/chats'
import type { Calibration, CalibrationCase, EvidencePiece, EvidenceRequest } from './protocol/evidence'
import type { DeviceChoice, DeviceFacts, FileFacts, ModelFacts, ReadingSpeed } from './protocol/models'
import type { ChatPlace, ReadBeginning, ReadEnd, ReadingFacts, ReadingPlace, ReadingRoom, ToKeep } from './protocol/readings'

export type { AttentionMode, ChatEnd, ChatMessage, RetrievalTold, Sampling, TextRange } from './protocol/chats'
export type { Calibration, CalibrationCase, EvidencePiece, EvidenceRequest } from './protocol/evidence'
export type { DeviceChoice, DeviceFacts, DeviceShare, FileFacts, ModelFacts, ReadingSpeed } from './protocol/models'
export type { ChatPlace, ConversationPlace, ReadBeginning, ReadEnd, ReadingFacts, ReadingPlace, ReadingRoom, ToKeep } from './protocol/readings'

/**
 * What may be asked. Requests wait for their turn and are computed in the order in which they came, where nothing else is said; what leaves the model as it is
 * goes between the chunks of a text that is read.
 */
export type EngineRequest =
  /** Checks a GGUF file as `load` does, as far as to its weights; the model that is loaded stays. Does not wait for its turn. */
  | { readonly kind: 'inspect'; readonly seq: number; readonly path: string }
  /**
   * Loads a GGUF file; replaces the model that was loaded. `contextMax`: tokens that chats and texts may have in view, or null for what the model was made
   * for. `threads` that compute: as many as proved fastest before, or null for it to be found out. Cancelled, it is `done` without `loaded`.
   */
  | { readonly kind: 'load'; readonly seq: number; readonly path: string; readonly contextMax: number | null; readonly device: DeviceChoice; readonly threads: number | null }
  /** Looks for the devices of this computer, which loads their drivers. */
  | { readonly kind: 'devices'; readonly seq: number }
  /** Counts the tokens of each text, without special tokens. Does not wait for its turn. */
  | { readonly kind: 'count'; readonly seq: number; readonly texts: readonly string[] }
  /**
   * Answers a chat: events `text`, then `ended`; what the session has already read of the same prefix is not read again. Cancelled, it is `ended` with what
   * was said by then, or `done` alone where nothing was looked at yet.
   */
  | {
    readonly kind: 'chat'
    readonly seq: number
    readonly messages: readonly ChatMessage[]
    readonly sampling: Sampling
    readonly evidence?: EvidenceRequest
    readonly place?: ChatPlace
    /** What keys and values may take of memory, bytes; what does not fit streams from what was read before. Left out, what is free allows it. */
    readonly memoryBytes?: number
    /** Of the text that was read before each token of the answer looks at so many tokens, of its own choice; left out, at all. */
    readonly selectedTokens?: number
  }
  /**
   * Reads the text that chats will begin with and keeps that: `messages`, of which the last will go on. Chats that come meanwhile are answered first.
   * Cancelled, it is `done` with what was `read` by then.
   */
  | {
    readonly kind: 'read'
    readonly seq: number
    readonly messages: readonly ChatMessage[]
    readonly place: ReadingPlace
    readonly room: ReadingRoom
    /** How keys and values are kept, where the text was not begun to be read in another form. */
    readonly form: 'f16' | 'q8_0'
    /** What a stop loses at most, a multiple of 512; null for what is fastest. */
    readonly superChunkTokens: number | null
    /** See `chat`: what sums up the text for that is made at the end, so that no chat has to wait for it. */
    readonly selectedTokens?: number
  }
  /** While texts are read the computer rests so long for each millisecond of computing; 0, as at first, for not at all. Does not wait for its turn. */
  | { readonly kind: 'pace'; readonly seq: number; readonly restShare: number }
  /** Lists the readings in a folder, after what is not to be kept was removed. Does not wait for its turn. */
  | { readonly kind: 'readings'; readonly seq: number; readonly folder: string; readonly keep: ToKeep }
  /** Removes a reading and the turns of conversations about it; fails where it is in use. Does not wait for its turn. */
  | { readonly kind: 'remove-reading'; readonly seq: number; readonly folder: string; readonly name: string }
  /** Measures how fast the model reads: some seconds. Cancelled, it is `done` without `measured`. */
  | { readonly kind: 'measure'; readonly seq: number }
  /** Finds the heads that show where an answer comes from. Ended by a request that comes after it, it is `done` without `calibrated`. */
  | { readonly kind: 'calibrate'; readonly seq: number; readonly cases: readonly CalibrationCase[] }
  /** Ends the request with the `seq` of `target`; it is no failure where there is none any more. Does not wait for its turn. */
  | { readonly kind: 'cancel'; readonly seq: number; readonly target: number }
  /** Ends all that runs or waits, gives the model's memory back, then ends the process. */
  | { readonly kind: 'close'; readonly seq: number }

/** What went wrong, for the host to decide by; `unexpected` is a bug. */
export type EngineFailureKind = 'model-invalid' | 'model-unsupported' | 'model-missing' | 'context-exceeded' | 'out-of-memory' | 'device-failed' | 'not-loaded' | 'disk-full' | 'reading-failed' | 'broken-numbers' | 'invalid-request' | 'unexpected'

/** Why a request could not be met. */
export interface EngineFailure {
  readonly kind: EngineFailureKind
  /** A sentence or two for a person: what happened, to what, and what to do. */
  readonly message: string
}

/** What the engine says. All but `hello` and `log` answer the request with the same `seq`. */
export type EngineEvent =
  /** The process is up, and takes requests. */
  | { readonly kind: 'hello'; readonly pid: number }
  /**
   * At least four times a second while a request runs, also between tokens: the host takes silence for a hang. `done` and `total` are bytes of weights (load),
   * cases (calibrate) or tokens (prefill, write, read); of `measure` nothing is known between 0 and 1.
   */
  | {
    readonly kind: 'progress'
    readonly seq: number
    readonly phase: 'load' | 'measure' | 'calibrate' | 'prefill' | 'write' | 'read'
    readonly done: number
    readonly total: number
    /** Of phase `read`, as soon as it is known. */
    readonly millisecondsLeft?: number
  }
  /** The answer's next words, whole characters only. */
  | { readonly kind: 'text'; readonly seq: number; readonly text: string }
  /** The question's piece before the first text, each piece of the answer when a statement may have ended there. */
  | { readonly kind: 'evidence'; readonly seq: number; readonly piece: EvidencePiece }
  | { readonly kind: 'loaded'; readonly seq: number; readonly model: ModelFacts }
  | { readonly kind: 'inspected'; readonly seq: number; readonly facts: FileFacts }
  | { readonly kind: 'devices'; readonly seq: number; readonly devices: readonly DeviceFacts[] }
  /** One number for each text of a `count`, in its order. */
  | { readonly kind: 'counted'; readonly seq: number; readonly counts: readonly number[] }
  | { readonly kind: 'measured'; readonly seq: number; readonly speed: ReadingSpeed }
  /** Of a `chat`, after its last text. */
  | { readonly kind: 'ended'; readonly seq: number; readonly end: ChatEnd }
  /** Of a `read`, before the first of it is computed. */
  | { readonly kind: 'begun'; readonly seq: number } & ReadBeginning
  | { readonly kind: 'read'; readonly seq: number; readonly end: ReadEnd }
  | { readonly kind: 'readings'; readonly seq: number; readonly readings: readonly ReadingFacts[] }
  | { readonly kind: 'calibrated'; readonly seq: number; readonly calibration: Calibration }
  /** The request has ended; nothing more of its `seq` comes. */
  | { readonly kind: 'done'; readonly seq: number }
  /** Instead of `done`. */
  | { readonly kind: 'failed'; readonly seq: number; readonly failure: EngineFailure }
  /** For the host's log. */
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }

/** Compute chunk of prefill, tokens. */
export const prefillChunk = 512
