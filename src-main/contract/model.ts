import type { Computing } from './device'
import type { Failure } from './failure'

/** A model as lists show it: one file of the catalogue, or one that a person brought. */
export interface ModelSummary {
  /** What calls and commands name it by: unique, in small letters for the catalogue, the file's name for a model that a person brought. */
  readonly name: string
  readonly title: string
  /** The same for files that hold the same model in another quantisation. */
  readonly family: string
  readonly architecture: string
  /** How the weights are stored, such as Q4_K_M; null where it is not known. */
  readonly quantisation: string | null
  readonly bytes: number
  /** False where only a rounded size was published: the server says the exact one when the download begins. */
  readonly bytesExact: boolean
  /** Tokens that the model can have in view. */
  readonly context: number
  /** Memory of a token that the model has in view; null where it is not known. */
  readonly kvBytesPerToken: number | null
  /** Memory for weights, engine and `memoryTokens` in view. */
  readonly memoryBytes: number
  readonly memoryTokens: number
  /** Who trained the model; null where it is not known. */
  readonly madeBy: string | null
  /** Who made this file of it. */
  readonly packagedBy: string | null
  /** For a person: the licence's short name, or "unknown". */
  readonly licence: string
  /** The licence that has to be accepted before the download; null where none has to, or it was accepted already. */
  readonly licenceToAccept: LicenceId | null
  /** `in-place`: used where the person keeps it; deleting it here leaves that file alone. */
  readonly origin: 'catalogue' | 'copied' | 'in-place'
  readonly installed: boolean
  /** Whether `model/delete` would do something. */
  readonly removable: boolean
  /** At most one of the list: the one to take on this computer. */
  readonly recommended: boolean
  readonly advice: ModelAdvice
  /** True for the small model that is only a first taste. */
  readonly starter: boolean
  /** Null while nothing of it was begun. */
  readonly download: DownloadState | null
}

/** How a model goes with this computer, from its memory, its disk and facts of the model. */
export type ModelAdvice =
  /** So many tokens fit in memory beside the weights, at most the model's context. `why` is null unless it is recommended. */
  | { readonly kind: 'fits'; readonly tokens: number; readonly why: 'first-choice' | 'smaller-fits' | 'nothing-else-fits' | null }
  | { readonly kind: 'too-little-memory'; readonly neededBytes: number; readonly haveBytes: number }
  | { readonly kind: 'too-little-disk'; readonly neededBytes: number; readonly freeBytes: number }

/** Bytes on the disk and in the whole; `totalBytes` is 0 until the server has said it. */
interface Bytes {
  readonly doneBytes: number
  readonly totalBytes: number
}

export type DownloadState =
  /** Asks the server what the file is. */
  | { readonly state: 'asking' } & Bytes
  /** `bytesPerSecond` and `secondsLeft` are null until they were measured. */
  | { readonly state: 'running'; readonly bytesPerSecond: number | null; readonly secondsLeft: number | null } & Bytes
  /** Waits to ask again; `why` is a clause without a full stop. */
  | { readonly state: 'retrying'; readonly why: string } & Bytes
  /** All bytes are there and are compared with their hash; `doneBytes` counts those compared. */
  | { readonly state: 'checking' } & Bytes
  /** Stopped by the person, or by the end of the app; goes on where it was. */
  | { readonly state: 'paused' } & Bytes
  | { readonly state: 'failed'; readonly failure: Failure } & Bytes

/** How far the copying of a model file into Longleaf's own folder is, all parts of a split file together. */
export interface CopyProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

export const licenceIds = ['glm-4'] as const
export type LicenceId = (typeof licenceIds)[number]

export interface Licence {
  readonly id: LicenceId
  readonly title: string
  /** Where its publisher keeps it. */
  readonly url: string
  /** Markdown: what it asks in short, then its text. */
  readonly text: string
  /** ISO time; null until the person has accepted it. */
  readonly accepted: string | null
}

/** A model file on the disk, looked at without loading it. */
export type ModelFile =
  | {
    readonly state: 'good'
    readonly path: string
    /** The name it would have in the list. */
    readonly name: string
    readonly architecture: string
    readonly quantisation: string | null
    readonly parameters: number
    readonly context: number
    readonly kvBytesPerToken: number
    /** All parts of a split file together. */
    readonly bytes: number
    readonly parts: number
    readonly advice: ModelAdvice
  }
  | { readonly state: 'refused'; readonly path: string; readonly failure: Failure }

/** Copied into Longleaf's own folder, or used where it is. */
export type ImportMode = 'copy' | 'in-place'

export type EngineStatus =
  | { readonly state: 'stopped' }
  | { readonly state: 'loading'; readonly model: string; readonly fraction: number }
  | { readonly state: 'ready'; readonly model: string; readonly starter: boolean; readonly computing: Computing }
  | { readonly state: 'restarting'; readonly model: string }
  | { readonly state: 'failed'; readonly model: string; readonly message: string }
