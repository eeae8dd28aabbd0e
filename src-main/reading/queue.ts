import type { ReadEnd } from '../../src-engine/protocol'
import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import type { ReadingScope } from '../contract/reading'
import { joinUnits } from '../contract/unit-ranges'
import type { Library, ReadingPlan } from '../library/library'
import { createBoard, type Board, type BoardWorld, type ChosenModel } from './board'
import { unbegun } from './plan'
import { createPaceKeeper, type PaceKeeperWorld } from './pace-keeper'
import type { Plans } from './plans'
import { createReadingStates, type ReadingStates } from './states'
import { createRunner, type RunnerWorld } from './runner'

/** The documents that are to be read, one after the other; it is stored, so it survives a restart. */
export interface ReadingQueue extends ReadingStates {
  /** Rejects with `model-missing`, `not-found`, `no-text` and, where it has none of the units, `invalid-request`. */
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

/** Who leafs through documents does not have each of them read, milliseconds. */
const leafMilliseconds = 500

export function createReadingQueue(world: ReadingQueueWorld): ReadingQueue {
  const { plans } = world
  const board = createBoard(world)
  const runner = createRunner({ ...world, board })
  let leafing: NodeJS.Timeout | undefined
  const keeper = createPaceKeeper(world, () => {
    board.setPace(keeper.pace)
    runner.advance()
  })

  const start = async (document: DocumentId, scope: ReadingScope): Promise<void> => {
    await plans.load()
    const found = await world.library.find(document)
    if (found === null) throw new FailureError('not-found', 'That document is no longer in the library.', { document })
    if (found.state !== 'ready') throw new FailureError('no-text', `“${found.title}” has no text yet that could be read.`, { document })
    const model = await world.chosenModel()
    board.choose(model)
    board.admit(document)
    keeper.watch()
    await plans.put({ ...planFor(board.plan(document), found, model, scopeIn(found, scope)), rank: await plans.rankBefore(undefined), wish: 'read', failure: null })
    runner.advance()
  }
  /** What the chosen model is to read of a document becomes something else. */
  const change = async (document: DocumentId, difference: Partial<ReadingPlan>): Promise<void> => {
    await plans.load()
    const plan = board.plan(document)
    try {
      if (plan !== undefined) await board.change(plan, difference)
    } finally {
      // It holds in this run, also where the disk does not take it.
      runner.advance()
    }
  }

  return {
    ...createReadingStates({ plans, board, chosenModel: world.chosenModel }),
    start,
    pause: (document) => change(document, { wish: 'paused' }),
    async resume(document) {
      board.admit(document)
      keeper.watch()
      await change(document, { wish: 'read', failure: null })
    },
    async cancel(document) {
      try {
        await change(document, { wish: 'stopped' })
      } finally {
        // Who stops it may want to delete it next.
        await runner.stop(document)
      }
    },
    async move(document, before) {
      await plans.load()
      await change(document, { rank: await plans.rankBefore(before === null ? undefined : board.plan(before)) })
    },
    front(document) {
      clearTimeout(leafing)
      leafing = setTimeout(() => {
        board.open(document)
        runner.advance()
      }, leafMilliseconds)
    },
    async read(document, scope) {
      const ended = runner.ended(document)
      await start(document, scope)
      return ended
    },
    async wake(goOn) {
      await plans.load()
      board.choose(await world.chosenModel())
      await board.refresh()
      await (goOn ? admitAll(board, plans) : pauseAll(board, plans))
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
      clearTimeout(leafing)
      keeper.close()
      await runner.close()
      board.close()
    },
  }
}

const toBeRead = ({ all }: Plans): readonly ReadingPlan[] => all.filter(({ wish }) => wish === 'read')

async function pauseAll(board: Board, plans: Plans): Promise<void> {
  for (const plan of toBeRead(plans)) await board.change(plan, { wish: 'paused' })
}

function admitAll(board: Board, plans: Plans): Promise<void> {
  for (const { document } of toBeRead(plans)) board.admit(document)
  return Promise.resolve()
}

function scopeIn({ id: document, title, units: unitsTotal }: DocumentSummary, scope: ReadingScope): ReadingScope {
  if (scope.kind === 'whole') return scope
  const units = joinUnits(scope.units, unitsTotal)
  if (units.length === 0) throw new FailureError('invalid-request', `“${title}” has none of the pages that were chosen.`, { document })
  return { kind: 'units', units }
}

/** The plan that there was, where it was for the same units; else a new one. */
function planFor(before: ReadingPlan | undefined, { id: document, units: unitsTotal }: DocumentSummary, model: ChosenModel, scope: ReadingScope): ReadingPlan {
  if (before !== undefined && JSON.stringify(before.scope) === JSON.stringify(scope)) return before
  return { document, model: model.path, modelName: model.name, rank: 0, wish: 'read', scope, unitsTotal, ...unbegun }
}
