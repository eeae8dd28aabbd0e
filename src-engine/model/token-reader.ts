import type { TokenSpan } from '../evidence/masses'
import type { KvLayers } from '../kv/layer'
import type { AttentionMode } from '../protocol'
import type { Chunk, ChunkOptions } from './chunk'

/** Where keys and values lie of the tokens that nothing but this memory has: from the token `first` on, a multiple of 64, at `place` and behind it. */
export interface TailPlaces {
  readonly layers: KvLayers
  readonly first: number
  readonly place: number
}

/** Reads tokens after others, wherever the keys and values of those are. */
export interface TokenReader {
  readonly attention: AttentionMode
  /** Memory that keys and values take. */
  readonly bytes: number
  readonly tail: TailPlaces
  /** Makes room for so many tokens, or for some more to come. @throws RangeError if there is not enough memory, and then nothing has changed */
  reserve(tokens: number, room: 'exact' | 'ahead'): Promise<void>
  /** As `ChunkRunner.run`. */
  chunk(chunk: Chunk, options: ChunkOptions): Promise<Float32Array | undefined>
  /** As `StepRunner.run`, for any number of tokens that a step may have. */
  step(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean>
  /** As `MassRunner.run`. */
  masses(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array>
  /** Keys and values of so many tokens are there now: those of the last were put into the tail by somebody else. */
  holds(tokens: number): void
  /** The layers that are watched are others now. */
  watchesOthers(): void
  free(): void
}
