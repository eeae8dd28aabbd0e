import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { DocumentReading, ReadingScope } from '../contract/reading'
import type { Library } from '../library/library'
import { createBoard, type BoardWorld, type ChosenModel } from './board'
import { createRunner, type RunnerWorld } from './runner'
import type { TaskEnd } from './reader'

/** The documents that are to be read, one after the other; it is stored, so it survives a restart. */
export interface ReadingQueue {
  /** Of all documents that the chosen model has read, is reading or is to read. */
  states(): Promise<readonly DocumentReading[]>
  /** Rejects with `model-missing` and `not-found`. */
  start(document: DocumentId, scope: ReadingScope): Promise<void>
  pause(document: DocumentId): Promise<void>
  resume(document: DocumentId): Promise<void>
  cancel(document: DocumentId): Promise<void>
  move(document: DocumentId, before: DocumentId | null): Promise<void>
  front(document: DocumentId | null): void
  /** As `start`; resolves when it was read or cancelled. Rejects with what reading rejects with. */
  read(document: DocumentId, scope: ReadingScope): Promise<TaskEnd>
  /** Stops reading a document that is no more. */
  forget(document: DocumentId): Promise<void>
  /** Ends what is being read; the next start goes on with it. */
  close(): Promise<void>
}

export interface ReadingQueueWorld extends BoardWorld, Omit<RunnerWorld, 'board'> {
  readonly library: Pick<Library, 'find'>
  readonly chosenModel: () => Promise<ChosenModel>
}

export function createReadingQueue(world: ReadingQueueWorld): ReadingQueue {
  const { plans } = world
  const board = createBoard(world)
  const runner = createRunner({ ...world, board })
  const lastRank = (): number => Math.max(0, ...plans.all.map(({ rank }) => rank))

  const start = async (document: DocumentId, scope: ReadingScope): Promise<void> => {
    const found = await world.library.find(document)
    if (found === null) throw new FailureError('not-found', 'That document is no longer in the library.', { document })
    const model = await world.chosenModel()
    board.choose(model)
    board.admit(document)
    const before = board.plan(document)
    const rank = lastRank() + 1
    if (before !== undefined && JSON.stringify(before.scope) === JSON.stringify(scope)) await plans.put({ ...before, rank, wish: 'read', failure: null })
    else {
      const known = { document, model: model.path, modelName: model.name, unitsTotal: found.units, reading: before?.reading ?? null }
      await plans.put({ ...known, rank, wish: 'read', scope, tokensTotal: null, unitsAt: [], setAside: null, failure: null })
    }
    runner.advance()
  }

  return {
    async states() {
      board.choose(await world.chosenModel().catch(() => null))
      await board.refresh()
      return board.readings()
    },
    start,
    async pause(document) {
      await board.change(document, { wish: 'paused' })
      runner.advance()
    },
    async resume(document) {
      board.admit(document)
      await board.change(document, { wish: 'read', failure: null })
      runner.advance()
    },
    async cancel(document) {
      await board.change(document, { wish: 'stopped' })
      // Who stops it may want to delete it next.
      await runner.stop(document)
      runner.advance()
    },
    async move(document, before) {
      const rank = before === null ? lastRank() + 1 : board.plan(before)?.rank ?? lastRank() + 1
      for (const plan of board.plans()) if (plan.rank >= rank) await plans.put({ ...plan, rank: plan.rank + 1 })
      await board.change(document, { rank })
      runner.advance()
    },
    front(document) {
      board.open(document)
      runner.advance()
    },
    async read(document, scope) {
      const ended = runner.ended(document)
      await start(document, scope)
      return ended
    },
    async forget(document) {
      await plans.forget(document)
      await runner.stop(document)
    },
    async close() {
      await runner.close()
      board.close()
    },
  }
}
