import type { DocumentId } from './document'
import type { Failure } from './failure'

/** Units [first, last], 0-based, both in it. */
export type UnitRange = readonly [first: number, last: number]

/** What of a document is to be read: all of it, or chosen units in ascending order, as those of some chapters. */
export type ReadingScope = { readonly kind: 'whole' } | { readonly kind: 'units'; readonly units: readonly UnitRange[] }

/** How a document stands with the chosen model. */
export interface DocumentReading {
  readonly document: DocumentId
  readonly scope: ReadingScope
  readonly state: ReadingState
  /** What is complete and kept on the disk: questions about it read nothing of it again. */
  readonly kept: ReadExtent
}

/** How much of what is to be read is read. */
export interface ReadExtent {
  readonly tokens: number
  /** Null as long as nobody counted them. */
  readonly tokensTotal: number | null
  /** Units that are read from their beginning to their end, in ascending order. */
  readonly units: readonly UnitRange[]
}

export type ReadingState =
  | { readonly kind: 'none' }
  /** `place` from 1 among those that wait or are read; 0 as long as the model is not there after a start of the app. */
  | { readonly kind: 'waiting'; readonly place: number }
  /** `progress` is null while the model is loaded. `slowed`: rests between chunks, and why. */
  | { readonly kind: 'reading'; readonly progress: ReadingProgress | null; readonly slowed: Strain | null }
  /** By the person, or as long as something strains the computer. */
  | { readonly kind: 'paused'; readonly why: 'person' | Strain }
  /** Stopped on the way; what is kept serves questions. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'read' }
  /** What was read before is of no use any more; `why` as a sentence. */
  | { readonly kind: 'set-aside'; readonly why: string }
  /** It cannot go on before the person has done something; what is kept stays. */
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What speaks against computing at full speed. */
export type Strain = 'battery' | 'heat' | 'memory'

/** How far the reading is, the part under way included. */
export interface ReadingProgress {
  readonly tokens: number
  readonly tokensTotal: number
  /** Units whose end was reached. */
  readonly units: number
  readonly unitsTotal: number
  /** Of late; null until it was measured. */
  readonly tokensPerSecond: number | null
  /** Null as long as nobody knows. */
  readonly millisecondsLeft: number | null
}

/** What a model has read of a document, kept on the disk. */
export interface ReadingSummary {
  readonly id: string
  readonly document: DocumentId
  /** Of the document; null where it is not in the library any more. */
  readonly title: string | null
  /** As the catalogue calls it; null where nobody remembers what the model was called. */
  readonly model: string | null
  readonly tokens: number
  /** Of what was to be read; null where nobody remembers. */
  readonly tokensTotal: number | null
  /** `read`: the whole document. */
  readonly state: 'partial' | 'read'
  /** That are read from their beginning to their end, in ascending order; empty where nobody remembers. */
  readonly units: readonly UnitRange[]
  readonly bytes: number
  /** ISO 8601, UTC. */
  readonly lastUsed: string
}

/** All that is kept, the last used first, and what it may take on the disk. */
export interface ReadingShelf {
  readonly readings: readonly ReadingSummary[]
  readonly quotaBytes: number
}

/** A part of a document that can be read by itself: an entry of the contents up to the next of the same or a higher level. */
export interface Chapter {
  readonly title: string
  /** From 1. */
  readonly level: number
  readonly units: UnitRange
  /** Of its units, as the chosen model counts them. */
  readonly tokens: number
}

/** What reading takes here: for t tokens `secondsEach` t + `secondsSquare` t² seconds, as each looks back on all before it, and room on the disk. */
export interface ReadingCost {
  readonly secondsEach: number
  readonly secondsSquare: number
  readonly diskBytesEach: number
}

/** What can be done with a document that is longer than the chosen model can have in view. */
export interface ReadingChoices {
  /** Of the whole document. */
  readonly tokens: number
  /** That can be read so that there is room for questions and answers. */
  readonly tokensMax: number
  /** In reading order. A document without contents has one for each so many units. */
  readonly chapters: readonly Chapter[]
  /** Tokens of each unit: chapters may share one. */
  readonly unitTokens: readonly number[]
  readonly cost: ReadingCost
  /** A model of the catalogue that could have all of it in view and fits this computer; null where there is none. */
  readonly largerModel: { readonly name: string; readonly title: string; readonly context: number; readonly installed: boolean } | null
}

/** What came of reading a document, whether to its end or to where it was stopped. */
export interface ReadingResult {
  readonly reading: string
  readonly document: DocumentId
  readonly model: string
  readonly tokens: number
  readonly tokensTotal: number
  readonly reused: number
  readonly prefilled: number
  /** Units that are read from their beginning to their end. */
  readonly units: readonly UnitRange[]
  readonly bytes: number
  /** Why what was read before was of no use; null where it was, or there was nothing. */
  readonly setAside: string | null
  /** Those of the model: layer by layer where the memory that was free was not enough for all. */
  readonly weights: 'resident' | 'layer by layer'
  readonly milliseconds: number
}
