import type { DocumentId } from './document'

/** How a document is read where that asks much of the computer. */
export type ReadingWay = 'slowly' | 'pause' | 'as-usual'

/** Where a person was in a document. */
export interface Place {
  readonly document: DocumentId
  /** In view. */
  readonly unit: number
}

export const placesMax = 100

/** What a person chose, kept between starts. */
export interface Settings {
  /** Where documents were left, what was open last first: at most `placesMax`. */
  readonly places: readonly Place[]
  readonly theme: 'system' | 'light' | 'dark'
  readonly dimPages: boolean
  /** Pixels. */
  readonly libraryWidth: number
  readonly conversationWidth: number
  readonly libraryOpen: boolean
  readonly conversationOpen: boolean
  /** Catalogue name or path of the model that answers. */
  readonly model: string
  /** What computes: `auto` for graphics cards as far as their memory goes, `cpu`, or the name of a device. */
  readonly device: string
  /** Why the chosen device is not used: it failed. Null where it did not; a new choice clears it. */
  readonly deviceTrouble: string | null
  /** Address that models are downloaded from instead of Hugging Face; empty for none. */
  readonly mirror: string
  /** Whether what was being read goes on by itself after a restart. */
  readonly goOnReading: boolean
  readonly readOnBattery: ReadingWay
  /** Where the computer is hot or short of memory. */
  readonly readUnderStrain: ReadingWay
  /** What the model may keep in memory of what it has in view, bytes; null where what is free decides. */
  readonly memoryBytes: number | null
  /** Tokens of a document that was read whole that each token of an answer looks at, of its own choice; null for all. */
  readonly selectedTokens: number | null
  /** That all readings together take on the disk at most. */
  readonly readingQuotaBytes: number
  /** Whether what is read from now on is kept in half the room, with numbers of 8 bits. */
  readonly halfReadings: boolean
}

export const defaultSettings: Settings = {
  places: [],
  theme: 'system',
  dimPages: false,
  libraryWidth: 264,
  conversationWidth: 420,
  libraryOpen: true,
  conversationOpen: true,
  model: 'starter',
  device: 'auto',
  deviceTrouble: null,
  mirror: '',
  goOnReading: true,
  readOnBattery: 'slowly',
  readUnderStrain: 'slowly',
  memoryBytes: null,
  selectedTokens: null,
  readingQuotaBytes: 64e9,
  halfReadings: false,
}
