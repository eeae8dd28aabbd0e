import type { Calibration, CalibrationCase, ChatEnd, ChatMessage, ChatPlace, DeviceFacts, EvidencePiece, EvidenceRequest, FileFacts, ModelFacts, ReadBeginning, ReadEnd, ReadingFacts, ReadingPlace, ReadingRoom, ReadingSpeed, Sampling, ToKeep } from '../../src-engine/protocol'
import type { EngineStatus } from '../contract/model'

/** What a caller hears while a chat runs; all of it optional to listen to. */
export interface ChatHooks {
  /** Whole UTF-8 characters, in order. */
  readonly onText?: ((text: string) => void) | undefined
  readonly onProgress?: ((phase: 'load' | 'measure' | 'prefill' | 'write' | 'calibrate' | 'read', done: number, total: number) => void) | undefined
  /** What to tell of the model's attention, and who hears it: each piece after the text that it is about. */
  readonly evidence?: { readonly request: EvidenceRequest; readonly onPiece: (piece: EvidencePiece) => void } | undefined
  /** Where what the chat begins with may have been read before, and what follows is kept. */
  readonly place?: ChatPlace | undefined
  /** What keys and values may take of memory, bytes; where nothing is said, what is free. */
  readonly memoryBytes?: number | undefined
  /** Tokens of what was read before that each token of the answer looks at; where nothing is said, all. */
  readonly selectedTokens?: number | undefined
  /** Aborting ends the chat with reason `cancelled`, not with an error. */
  readonly signal?: AbortSignal | undefined
}

/** A text that chats will begin with; see `read` in the engine's protocol. */
export interface TextToRead {
  readonly messages: readonly ChatMessage[]
  readonly place: ReadingPlace
  readonly room: ReadingRoom
  readonly form: 'f16' | 'q8_0'
  readonly superChunkTokens: number
  readonly selectedTokens?: number
}

export interface ReadTextHooks {
  /** Before anything of it is computed. */
  readonly onBegun: (beginning: ReadBeginning) => void
  readonly onProgress: (tokens: number, tokensTotal: number, millisecondsLeft: number | null) => void
  /** Aborting ends it with what was read by then, not with an error. */
  readonly signal: AbortSignal
}

/**
 * The engine as promises. Expected failures reject with `FailureError`: `model-missing`, `model-invalid`, `model-unsupported`,
 * `context-exceeded`, `out-of-memory`, `device-failed`, `disk-full`, `reading-failed`, `engine-crashed`, `engine-hung`.
 * Text that came before a failure was already handed to `onText`.
 */
export interface EngineClient {
  /** Of the model that is loaded; null while none is. */
  readonly facts: ModelFacts | null
  readonly status: EngineStatus
  /** Calls back at every change; returns the function that stops it. */
  onStatus(listener: (status: EngineStatus) => void): () => void
  /** Starts the engine where it is not running and loads a GGUF file; resolves at once where that file is loaded already. */
  load(path: string): Promise<ModelFacts>
  /** The graphics devices of this computer; starts the engine where it does not run. */
  devices(): Promise<readonly DeviceFacts[]>
  /** Checks a GGUF file without loading it; the model that is loaded stays and goes on answering. */
  inspect(path: string): Promise<FileFacts>
  /** Gives the memory of a model back; what waits for it is told so. Does nothing where another model is loaded, or none. */
  unload(path: string): void
  /** Tokens of each text, without special tokens. */
  count(texts: readonly string[]): Promise<readonly number[]>
  /** How fast the loaded model reads on this computer; takes some seconds. Aborting rejects with `cancelled`. */
  measure(signal?: AbortSignal): Promise<ReadingSpeed>
  chat(messages: readonly ChatMessage[], sampling: Sampling, hooks?: ChatHooks): Promise<ChatEnd>
  /** Reads a text and keeps that; questions are answered first. */
  read(text: TextToRead, hooks: ReadTextHooks): Promise<ReadEnd>
  /** How long the computer rests for each millisecond of reading; 0 for not at all. Holds until the engine ends. */
  pace(restShare: number): Promise<void>
  /** What is kept in a folder, after what is not to be kept was removed. */
  readings(folder: string, keep: ToKeep): Promise<readonly ReadingFacts[]>
  removeReading(folder: string, name: string): Promise<void>
  /** Finds the heads of the loaded model that tell where words come from; null where another request came, which goes first. */
  calibrate(cases: readonly CalibrationCase[]): Promise<Calibration | null>
}
