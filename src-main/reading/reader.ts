import type { ReadEnd, ReadingRoom } from '../../src-engine/protocol'
import { beginWhole } from '../ask/whole'
import type { DocumentId } from '../contract/document'
import type { ReadingScope } from '../contract/reading'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'

export interface ReaderWorld {
  readonly library: Pick<Library, 'sentences'>
  readonly engine: Pick<EngineClient, 'load' | 'read'>
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  readonly room: () => ReadingRoom
  /** What a stop loses at most, tokens: what has been read by then is looked at again for each so many. */
  readonly superChunkTokens: number
}

/** What is read, and by which model. */
export interface ReadingTask {
  readonly document: DocumentId
  /** Path of the model's file. */
  readonly model: string
  readonly scope: ReadingScope
}

export interface ReadTaskHooks {
  readonly onProgress: (tokens: number, tokensTotal: number, millisecondsLeft: number | null) => void
  readonly signal: AbortSignal
}

export interface TaskEnd extends ReadEnd {
  /** Units that were read, from the first on; the last perhaps in part. */
  readonly unitsRead: number
}

/** Reads a document from where that was stopped before; aborting ends it with what was read by then. Rejects with what `load` and `read` reject with. */
export async function readTask(world: ReaderWorld, { document, model }: ReadingTask, hooks: ReadTaskHooks): Promise<TaskEnd> {
  const { library, engine, folder, room, superChunkTokens } = world
  await engine.load(model)
  const { messages, unitsBefore } = beginWhole(await library.sentences(document, 0, Number.MAX_SAFE_INTEGER))
  const end = await engine.read({ messages, place: { folder, document }, room: room(), superChunkTokens }, hooks)
  return { ...end, unitsRead: unitsBefore(end.textRead) }
}
