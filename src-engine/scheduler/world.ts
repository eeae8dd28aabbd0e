/** What the loop needs of the process round it. */
import type { DeviceFacts, EngineEvent, EngineRequest, FileFacts } from '../protocol'
import type { OpenModel } from './model'
import type { ReadingFolder } from './reading-folder'

export interface LoopWorld {
  send(event: EngineEvent): void
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Calls `tick` every so often until the function that it returns is called. */
  every(milliseconds: number, tick: () => void): () => void
  /** Lets messages that have come be heard. */
  breathe(): Promise<void>
  /** Checks a model file, then calls `replace` (the old model can go), then opens it. Aborting rejects with an AbortError. */
  openModel(wanted: WantedModel, hooks: OpenHooks): Promise<OpenModel>
  /** Checks a model file as far as to its weights. Rejects as `openModel` does. */
  inspectModel(path: string): Promise<FileFacts>
  /** The devices besides the processor. */
  listDevices(): readonly DeviceFacts[]
  /** A folder of readings, opened once. */
  readings(folder: string): Promise<ReadingFolder>
  /** The process may end. */
  closed(): void
}

export type WantedModel = Pick<Extract<EngineRequest, { readonly kind: 'load' }>, 'path' | 'contextMax' | 'device' | 'threads'>

export interface OpenHooks {
  log(level: 'info' | 'warn', message: string): void
  onProgress(done: number, total: number): void
  /** To be called when the file was found good and before memory is taken for it. */
  replace(): void
  readonly signal: AbortSignal
}
