import type { Answer, AnswerId } from './answer'
import type { DocumentId } from './document'
import type { ImportItem } from './imports'
import type { DocumentReading } from './reading'
import type { CopyProgress, DownloadState, EngineStatus } from './model'

/** What main tells the window: name -> payload. Published by `ipc/publish.ts`, heard through `bridge.ts`. */
export interface Events {
  /** The list of documents changed; ids that are new, changed or gone. */
  'library/changed': { readonly documents: readonly DocumentId[] }
  'import/changed': { readonly items: readonly ImportItem[] }
  /** More text; `at` is the length that the answer had before it, so that a gap is seen and mended by reading it again. */
  'answer/delta': { readonly answer: AnswerId; readonly at: number; readonly text: string }
  /** Tokens read so far of the answer's prompt, before the first word. */
  'answer/progress': { readonly answer: AnswerId; readonly done: number; readonly total: number }
  /** The whole answer, at each change of state and as citations are found. */
  'answer/changed': { readonly answer: Answer }
  /** How documents stand with the chosen model, those that changed; at most four times a second. */
  'reading/changed': { readonly readings: readonly DocumentReading[] }
  /** The person wants to see this document, as by a click on a notification. */
  'document/wanted': { readonly document: DocumentId }
  'engine/changed': { readonly status: EngineStatus }
  /** At most four times a second for each; null when it is over: the model is installed, or the download was given up. */
  'model/download': { readonly name: string; readonly download: DownloadState | null }
  /** At most four times a second for each model that is brought as a copy; null when that is over, in whatever way. */
  'model/copy': { readonly name: string; readonly copy: CopyProgress | null }
  /** The list of models changed: one was installed, brought, deleted, or its licence was accepted. */
  'model/changed': Record<string, never>
  /** A command of the application menu or a shortcut. */
  'menu/command': { readonly command: MenuCommand }
  'theme/changed': { readonly dark: boolean }
}

export const menuCommands = ['open', 'palette', 'find', 'search', 'composer', 'next-pane', 'toggle-library', 'toggle-conversation', 'export', 'zoom-in', 'zoom-out', 'zoom-reset', 'new-conversation', 'settings'] as const
export type MenuCommand = (typeof menuCommands)[number]

export type EventName = keyof Events
