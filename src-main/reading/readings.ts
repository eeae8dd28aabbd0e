import { readdir } from 'node:fs/promises'
import { z } from 'zod'
import type { ReadEnd } from '../../src-engine/protocol'
import { beginWhole } from '../ask/whole'
import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { ReadingProgress, ReadingResult, ReadingSummary } from '../contract/reading'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'

/** What models have read of documents. Nothing is read unless somebody asks for it. */
export interface Readings {
  /** What all readings together may take on the disk. */
  readonly quotaBytes: number
  /**
   * Reads a document with the chosen model, from where that was stopped before; aborting stops it and keeps what was read. Rejects with
   * `context-exceeded`, `disk-full`, `reading-failed` and what loading a model rejects with.
   */
  read(document: DocumentId, signal: AbortSignal): Promise<ReadingResult>
  /** The last used first. */
  list(): Promise<readonly ReadingSummary[]>
  /** Rejects with `not-found`, and with `reading-failed` for one in use. */
  delete(id: string): Promise<void>
  /** Stops reading a document that is no more, and deletes what was read of it. */
  forget(document: DocumentId): Promise<void>
}

export interface ReadingsWorld {
  readonly library: Library
  readonly engine: Pick<EngineClient, 'load' | 'read' | 'readings' | 'removeReading'>
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  readonly publish: (name: 'reading/progress', progress: ReadingProgress) => void
  /** What a stop loses at most, tokens: what has been read by then is looked at again for each so many. */
  readonly superChunkTokens?: number
}

/** Half of what is fastest for very long books, but the first minutes of a reading are kept too. */
const superChunkTokens = 2_048
const room = { quotaBytes: 64e9, keepFreeBytes: 2e9 }

/** How long the documents of readings are, which only their models know. */
const totalsKey = 'reading-tokens'
const totalsSchema = z.record(z.string(), z.number().int().positive())

export function createReadings(world: ReadingsWorld): Readings {
  const { library, engine, folder } = world
  const running = new Map<DocumentId, { readonly abort: AbortController; readonly done: Promise<unknown> }>()
  const totals = async (): Promise<Record<string, number>> => totalsSchema.safeParse((await library.readSettings())[totalsKey]).data ?? {}

  const readNow = async (document: DocumentId, signal: AbortSignal): Promise<ReadingResult> => {
    const { path, name } = await world.chosenModel()
    await engine.load(path)
    const { messages, unitsBefore } = beginWhole(await library.sentences(document, 0, Number.MAX_SAFE_INTEGER))
    const end = await engine.read({ messages, place: { folder, document }, room, superChunkTokens: world.superChunkTokens ?? superChunkTokens }, {
      signal,
      onProgress: (tokens, tokensTotal, millisecondsLeft) => world.publish('reading/progress', { document, tokens, tokensTotal, millisecondsLeft }),
    })
    await library.writeSettings({ [totalsKey]: { ...await totals(), [end.reading]: end.tokens.total } })
    return resultOf(end, document, name, unitsBefore(end.textRead))
  }

  return {
    quotaBytes: room.quotaBytes,
    async read(document, signal) {
      if (running.has(document)) throw new FailureError('invalid-request', 'This document is being read already.', { document })
      const abort = new AbortController()
      const done = readNow(document, AbortSignal.any([signal, abort.signal]))
      running.set(document, { abort, done })
      return done.finally(() => running.delete(document))
    },
    async list() {
      if (await isEmpty(folder)) return []
      const known = await totals()
      const documents = (await library.list()).map(({ id }) => id)
      return (await engine.readings(folder, documents)).map(({ name, document, model, tokens, bytes, lastUse }): ReadingSummary =>
        ({ id: name, document, model, tokens, state: tokens > 0 && tokens === known[name] ? 'read' : 'partial', bytes, lastUsed: new Date(lastUse).toISOString() }))
    },
    async delete(id) {
      if (!(await this.list()).some((reading) => reading.id === id)) throw new FailureError('not-found', `There is no reading “${id}”. “longleaf readings” shows those that there are.`)
      await engine.removeReading(folder, id)
    },
    async forget(document) {
      const reading = running.get(document)
      reading?.abort.abort()
      await reading?.done.catch(() => undefined)
      await this.list()
    },
  }
}

/** Nothing was ever read: then the engine need not be asked. */
const isEmpty = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => [])).length === 0

function resultOf({ reading, tokens, bytes, setAside, milliseconds }: ReadEnd, document: DocumentId, model: string, unitsRead: number): ReadingResult {
  const { read, total: tokensTotal, reused, prefilled } = tokens
  return { reading, document, model, tokens: read, tokensTotal, reused, prefilled, unitsRead, bytes, setAside, milliseconds }
}
