import type { ReadEnd, ReadingRoom } from '../../src-engine/protocol'
import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { ReadingResult, ReadingShelf } from '../contract/reading'
import type { Settings } from '../contract/settings'
import type { EngineClient } from '../engine-host/client'
import type { Publish } from '../ipc/publish'
import type { Library } from '../library/library'
import type { Log } from '../log'
import { createPlans } from './plans'
import { createReadingQueue, type ReadingQueue } from './queue'
import { readTask } from './reader'
import { createShelf, type Shelf } from './shelf'
import type { ComputerState, StrainSettings } from './strain'

/** What models have read of documents, and what they are to read. Nothing is read unless somebody asks for it. */
export interface Readings extends Omit<ReadingQueue, 'read'>, Omit<Shelf, 'tokens'> {
  shelf(): Promise<ReadingShelf>
  /** That all of them may take. */
  room(): ReadingRoom
  /**
   * Reads a document with the chosen model, from where that was stopped before; aborting stops it and keeps what was read. Rejects with
   * `context-exceeded`, `disk-full`, `reading-failed` and what loading a model rejects with.
   */
  read(document: DocumentId, signal: AbortSignal): Promise<ReadingResult>
  /** All readings may take more or less: what is too much goes at once. */
  quotaChanged(): Promise<void>
  /** Of a conversation that is no more: nothing of it stays. */
  forgetConversation(): Promise<void>
}

export interface ReadingsWorld {
  readonly library: Library
  readonly engine: Pick<EngineClient, 'load' | 'read' | 'pace' | 'readings' | 'removeReading'>
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  readonly settings: () => StrainSettings & Pick<Settings, 'readingQuotaBytes' | 'halfReadings' | 'selectedTokens'>
  readonly computer: () => ComputerState
  readonly publish: Publish
  readonly log: Log
  /** Monotonic milliseconds. */
  now(): number
  /** What a stop loses at most, tokens: what has been read by then is looked at again for each so many. */
  readonly superChunkTokens?: number
}

/** Half of what is fastest for very long books, but the first minutes of a reading are kept too. */
const superChunkTokens = 2_048
/** What is kept grows by whole chunks of the engine. */
const keptStepTokens = 512
/** That stay free on the disk. */
const keepFreeBytes = 2e9

export function createReadings(world: ReadingsWorld): Readings {
  const { library, engine, folder, chosenModel, settings, publish, log } = world
  const plans = createPlans(library)
  const quotaBytes = (): number => settings().readingQuotaBytes
  const shelf = createShelf({ library, engine, folder, quotaBytes, plans: () => plans.load().then(() => plans.all) })
  const room = (): ReadingRoom => ({ quotaBytes: quotaBytes(), keepFreeBytes })
  const stepTokens = world.superChunkTokens ?? superChunkTokens
  const form = () => (settings().halfReadings ? 'q8_0' : 'f16')
  const reader = { library, engine, folder, room, form, selectedTokens: () => settings().selectedTokens, superChunkTokens: stepTokens }
  const queue = createReadingQueue({
    library, plans, chosenModel, publish, log, keptStepTokens, now: () => world.now(),
    computer: world.computer, settings, rest: (share) => engine.pace(share), keptTokens: shelf.tokens, read: (task, hooks) => readTask(reader, task, hooks),
  })
  return {
    ...queue,
    ...shelf,
    room,
    shelf: async () => ({ readings: await shelf.list(), quotaBytes: quotaBytes() }),
    async read(document, signal) {
      const { name } = await chosenModel()
      const cancel = (): void => void queue.cancel(document).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
      signal.addEventListener('abort', cancel, { once: true })
      if (signal.aborted) throw new FailureError('cancelled', 'Reading was stopped before it began.')
      const end = await queue.read(document, { kind: 'whole' })
      const reading = await queue.of(document)
      return resultOf(end, { document, model: name, units: reading?.kept.units ?? [] })
    },
    async delete(id) {
      await shelf.delete(id)
      await queue.deleted(id)
    },
    async forget(document) {
      await queue.forget(document)
      await shelf.list()
    },
    async quotaChanged() {
      await shelf.list()
      await queue.lookAgain()
    },
    async forgetConversation() {
      await shelf.list()
    },
  }
}

function resultOf({ reading, tokens, bytes, setAside, weights, milliseconds }: ReadEnd, of: Pick<ReadingResult, 'document' | 'model' | 'units'>): ReadingResult {
  const { read, total: tokensTotal, reused, prefilled } = tokens
  return { reading, ...of, tokens: read, tokensTotal, reused, prefilled, bytes, setAside, weights, milliseconds }
}
