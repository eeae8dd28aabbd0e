import type { DocumentId } from '../contract/document'
import { FailureError, type Failure } from '../contract/failure'
import { failureOf } from '../failures'
import type { Log } from '../log'
import type { Board } from './board'
import { createPace } from './pace'
import type { ReadingPlan } from './plan'
import type { ReadTaskHooks, ReadingTask, TaskEnd } from './reader'

/** Reads what waits, one document after the other. */
export interface Runner {
  /** Begins what comes first; stops what does not any more. */
  advance(): void
  /** Resolves when the document was read, or is not to be read any more; rejects with what reading it rejected with. */
  ended(document: DocumentId): Promise<TaskEnd>
  /** Stops reading it; resolves when it has ended. */
  stop(document: DocumentId): Promise<void>
  close(): Promise<void>
}

export interface RunnerWorld {
  readonly board: Board
  readonly read: (task: ReadingTask, hooks: ReadTaskHooks) => Promise<TaskEnd>
  readonly log: Log
  /** Monotonic milliseconds. */
  now(): number
}

/** So often in a row the engine may stop while it reads one document. */
const crashesMax = 3

interface Run {
  readonly plan: ReadingPlan
  readonly abort: AbortController
  ended: Promise<void>
}

interface Waiter {
  resolve(end: TaskEnd): void
  reject(error: FailureError): void
}

export function createRunner({ board, read, log, now }: RunnerWorld): Runner {
  const waiters = new Map<DocumentId, Waiter>()
  const crashes = new Map<DocumentId, number>()
  let run: Run | null = null
  let isClosed = false

  /** Whoever waits for it is told, unless it goes on. */
  const settle = (document: DocumentId, tellWaiter: (waiter: Waiter) => void): void => {
    const waiter = waiters.get(document)
    if (waiter === undefined || board.plan(document)?.wish === 'read') return
    waiters.delete(document)
    tellWaiter(waiter)
  }

  const carryOut = async ({ plan: { document, scope, model }, abort: { signal } }: Run): Promise<void> => {
    const pace = createPace(now)
    const onProgress: ReadTaskHooks['onProgress'] = (tokens, tokensTotal, millisecondsLeft) =>
      board.run(document, { progress: { tokens, tokensTotal, millisecondsLeft, tokensPerSecond: pace.tokensPerSecond(tokens) }, slowed: null })
    const end = await read({ document, model, scope }, { signal, onProgress })
    crashes.delete(document)
    const isWhole = end.tokens.read === end.tokens.total
    const wish = isWhole ? { wish: 'stopped' } as const : {}
    await board.change(document, { reading: end.reading, tokensTotal: end.tokens.total, setAside: isWhole ? null : end.setAside, failure: null, ...wish })
    settle(document, ({ resolve }) => resolve(end))
  }

  const fail = async ({ plan: { document }, abort }: Run, failure: Failure): Promise<void> => {
    const hasCrashed = failure.kind === 'engine-crashed' || failure.kind === 'engine-hung'
    const count = (crashes.get(document) ?? 0) + 1
    if (hasCrashed) crashes.set(document, count)
    if (hasCrashed && count < crashesMax) return
    const wasStopped = abort.signal.aborted && failure.kind === 'cancelled'
    if (!wasStopped) await board.change(document, { wish: 'stopped', failure })
    settle(document, ({ reject }) => reject(new FailureError(failure.kind, failure.message, { document })))
  }

  const advance = (): void => {
    const [next] = board.waiting()
    if (run !== null && run.plan.document !== next?.document) run.abort.abort()
    if (run === null && next !== undefined && !isClosed) run = begin(next)
    board.tell()
  }

  const begin = (plan: ReadingPlan): Run => {
    const mine: Run = { plan, abort: new AbortController(), ended: Promise.resolve() }
    board.run(plan.document, { progress: null, slowed: null })
    mine.ended = carryOut(mine)
      .catch((error: unknown) => fail(mine, failureOf(error, log)))
      .then(() => board.refresh())
      .catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
      .then(() => {
        run = null
        board.run(plan.document, null)
        advance()
      })
    return mine
  }

  return {
    advance,
    ended(document) {
      const ended = new Promise<TaskEnd>((resolve, reject) => waiters.set(document, { resolve, reject }))
      ended.catch(() => undefined)
      return ended
    },
    async stop(document) {
      if (run?.plan.document !== document) return
      run.abort.abort()
      await run.ended
    },
    async close() {
      isClosed = true
      run?.abort.abort()
      await run?.ended
    },
  }
}
