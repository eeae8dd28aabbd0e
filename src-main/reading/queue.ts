import type { ReadEnd } from '../../src-engine/protocol'
import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import type { DocumentReading, ReadingScope } from '../contract/reading'
import type { Library, ReadingPlan } from '../library/library'
import { createBoard, type BoardWorld, type ChosenModel } from './board'
import { createPaceKeeper, type PaceKeeperWorld } from './pace-keeper'
import { createRunner, type RunnerWorld } from './runner'

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
  read(document: DocumentId, scope: ReadingScope): Promise<ReadEnd>
  /** Goes on with what an earlier run of the app was reading, or leaves it paused. Rejects with `model-missing`. */
  wake(goOn: boolean): Promise<void>
  /** How it is to be read on battery may have changed. */
  settingsChanged(): void
  /** Another model is chosen, or what computes it. */
  modelChanged(): Promise<void>
  /** Stops reading a document that is no more. */
  forget(document: DocumentId): Promise<void>
  /** Ends what is being read; the next start goes on with it. */
  close(): Promise<void>
}

export interface ReadingQueueWorld extends BoardWorld, PaceKeeperWorld, Omit<RunnerWorld, 'board'> {
  readonly library: Pick<Library, 'find'>
  readonly chosenModel: () => Promise<ChosenModel>
}

export function createReadingQueue(world: ReadingQueueWorld): ReadingQueue {
  const { plans } = world
  const board = createBoard(world)
  const runner = createRunner({ ...world, board })
  const keeper = createPaceKeeper(world, () => {
    board.setPace(keeper.pace)
    runner.advance()
  })
  const lastRank = (): number => Math.max(0, ...plans.all.map(({ rank }) => rank))

  const start = async (document: DocumentId, scope: ReadingScope): Promise<void> => {
    await plans.load()
    const found = await world.library.find(document)
    if (found === null) throw new FailureError('not-found', 'That document is no longer in the library.', { document })
    const model = await world.chosenModel()
    board.choose(model)
    board.admit(document)
    keeper.watch()
    const before = board.plan(document)
    const rank = lastRank() + 1
    const known = before !== undefined && JSON.stringify(before.scope) === JSON.stringify(scope) ? before : freshPlan(found, model, scope)
    await plans.put({ ...known, rank, wish: 'read', failure: null })
    runner.advance()
  }
  /** What the chosen model is to read of a document becomes something else. */
  const change = async (document: DocumentId, difference: Partial<ReadingPlan>): Promise<void> => {
    await plans.load()
    const plan = board.plan(document)
    if (plan !== undefined) await board.change(plan, difference)
    runner.advance()
  }

  return {
    async states() {
      await plans.load()
      board.choose(await world.chosenModel().catch(() => null))
      await board.refresh()
      return board.readings()
    },
    start,
    pause: (document) => change(document, { wish: 'paused' }),
    async resume(document) {
      board.admit(document)
      keeper.watch()
      await change(document, { wish: 'read', failure: null })
    },
    async cancel(document) {
      await change(document, { wish: 'stopped' })
      // Who stops it may want to delete it next.
      await runner.stop(document)
    },
    async move(document, before) {
      await plans.load()
      const rank = (before === null ? undefined : board.plan(before)?.rank) ?? lastRank() + 1
      for (const plan of board.plans()) if (plan.rank >= rank) await plans.put({ ...plan, rank: plan.rank + 1 })
      await change(document, { rank })
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
    async wake(goOn) {
      await plans.load()
      board.choose(await world.chosenModel())
      for (const plan of plans.all.filter(({ wish }) => wish === 'read')) {
        if (goOn) board.admit(plan.document)
        else await board.change(plan, { wish: 'paused' })
      }
      await board.refresh()
      keeper.watch()
      runner.advance()
    },
    settingsChanged: () => keeper.look(),
    async modelChanged() {
      board.choose(await world.chosenModel().catch(() => null))
      await runner.restart()
    },
    async forget(document) {
      plans.forget(document)
      await runner.stop(document)
    },
    async close() {
      keeper.close()
      await runner.close()
      board.close()
    },
  }
}

const freshPlan = ({ id: document, units: unitsTotal }: DocumentSummary, { path: model, name: modelName }: ChosenModel, scope: ReadingScope): ReadingPlan =>
  ({ document, model, modelName, rank: 0, wish: 'read', scope, unitsTotal, reading: null, tokensTotal: null, chunkTokens: 1, unitsAt: [], setAside: null, failure: null })
