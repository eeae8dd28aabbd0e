import { join } from 'node:path'

/** Where this installation keeps things; every path is absolute. */
export interface Folders {
  readonly data: string
  /** The stored files of documents, `<sha256>.<extension>`. */
  readonly documents: string
  /** Pasted bytes and half-copied files; nothing in it is needed after an import ends. */
  readonly incoming: string
  /** What Chromium keeps for itself. */
  readonly browser: string
  readonly models: string
  /** What models have read of documents; the engine alone writes to it. */
  readonly readings: string
  readonly logs: string
}

export const foldersIn = (data: string): Folders => ({
  data,
  documents: join(data, 'documents'),
  incoming: join(data, 'incoming'),
  browser: join(data, 'browser'),
  models: join(data, 'models'),
  readings: join(data, 'readings'),
  logs: join(data, 'logs'),
})
