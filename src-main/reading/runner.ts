import type { ReadEnd } from '../../src-engine/protocol'
import type { DocumentId } from '../contract/document'
import { FailureError, type Failure } from '../contract/failure'
import { failureOf } from '../failures'
import type { ReadingPlan } from '../library/library'
import type { Log } from '../log'
import type { Board } from './board'
import { createEnds } from './ends'
import { createPace } from './pace'
import type { ReadTaskHooks, ReadingTask } from './reader'

/** Reads what waits, one document after the other. */
export interface Runner {
  /** Begins what comes first; stops what does not any more. */
  advance(): void
  /** Resolves when the document was read, or is not to be read any more; rejects with what reading it rejected with. */
  ended(document: DocumentId): Promise<ReadEnd>
  /** Stops reading it; resolves when it has ended. */
  stop(document: DocumentId): Promise<void>
  /** Stops what is being read and begins anew with what comes first. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface RunnerWorld {
  readonly board: Board
  readonly read: (task: ReadingTask, hooks: ReadTaskHooks) => Promise<ReadEnd>
  /** How long the computer rests for each millisecond of reading. */
  readonly rest: (share: number) => Promise<void>
  /** What is kept grows by so many tokens, or some times as many, at a time. */
  readonly keptStepTokens: number
  readonly log: Log
  /** Monotonic milliseconds. */
  now(): number
}

/** Where the computer is to be spared it rests as long as it computes. */
const slowRestShare = 1
/** So often in a row the engine may stop while it reads one document. */
const crashesMax = 3

interface Run {
  readonly plan: ReadingPlan
  readonly abort: AbortController
  ended: Promise<void>
}

const isSameTask = (a: ReadingPlan, b: ReadingPlan | undefined): boolean =>
  a.document === b?.document && a.model === b.model && JSON.stringify(a.scope) === JSON.stringify(b.scope)

export function createRunner(world: RunnerWorld): Runner {
  const { board, read, keptStepTokens, log, now } = world
  const ends = createEnds()
  const crashes = new Map<DocumentId, number>()
  let run: Run | null = null
  let isClosed = false

  const goesOn = (document: DocumentId): boolean => board.waiting().some((plan) => plan.document === document)

  const restShare = (): number => (board.pace.kind === 'slow' ? slowRestShare : 0)
  const rest = (): Promise<void> => world.rest(restShare()).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))

  const carryOut = async ({ plan, abort: { signal } }: Run): Promise<void> => {
    const { document } = plan
    const pace = createPace(now)
    let beginning: Promise<void> = Promise.resolve()
    let steps = Infinity
    const end = await read(plan, {
      signal,
      onBegun(begun) {
        // An engine that was started anew knows nothing of it.
        void rest()
        // What was read before may have been of another text, so that less of it is kept now.
        beginning = board.change(plan, begun).then(() => board.refresh())
        beginning.catch(() => undefined)
      },
      onProgress(tokens, tokensTotal, millisecondsLeft) {
        const left = millisecondsLeft === null ? null : millisecondsLeft * (1 + restShare())
        board.run(document, { progress: { tokens, tokensTotal, millisecondsLeft: left, tokensPerSecond: pace.tokensPerSecond(tokens) } })
        if (Math.floor(tokens / keptStepTokens) > steps) board.refresh().catch(() => undefined)
        steps = Math.floor(tokens / keptStepTokens)
      },
    })
    await beginning
    crashes.delete(document)
    const isWhole = end.tokens.read === end.tokens.total
    const wish = isWhole ? { wish: 'stopped' } as const : {}
    await board.change(plan, { setAside: isWhole ? null : end.setAside, failure: null, ...wish })
    if (!goesOn(document)) ends.resolve(document, end)
  }

  const fail = async ({ plan, abort }: Run, failure: Failure): Promise<void> => {
    const { document } = plan
    // After each of these an engine that can go on is there already.
    const hasCrashed = ['engine-crashed', 'engine-hung', 'device-failed'].includes(failure.kind)
    const count = (crashes.get(document) ?? 0) + 1
    if (hasCrashed) crashes.set(document, count)
    if (hasCrashed && count < crashesMax) return
    const wasStopped = abort.signal.aborted && failure.kind === 'cancelled'
    // What cannot be stored holds in this run all the same: the disk may be what fails.
    if (!wasStopped) await board.change(plan, { wish: 'stopped', failure }).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
    if (!goesOn(document)) ends.reject(document, new FailureError(failure.kind, failure.message, { document }))
  }

  const advance = (): void => {
    const [next] = board.pace.kind === 'pause' ? [] : board.waiting()
    if (run !== null && !isSameTask(run.plan, next)) run.abort.abort()
    if (run !== null) void rest()
    if (run === null && next !== undefined && !isClosed) run = begin(next)
    board.tell()
  }

  const begin = (plan: ReadingPlan): Run => {
    const mine: Run = { plan, abort: new AbortController(), ended: Promise.resolve() }
    board.run(plan.document, { progress: null })
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
    ended: (document) => ends.of(document),
    async stop(document) {
      if (run?.plan.document !== document) return
      run.abort.abort()
      await run.ended
    },
    async restart() {
      run?.abort.abort()
      await run?.ended
      advance()
    },
    async close() {
      isClosed = true
      run?.abort.abort()
      await run?.ended
    },
  }
}
