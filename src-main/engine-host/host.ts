import type { Calibration, ChatEnd, EngineEvent, FileFacts, ModelFacts, ReadingSpeed } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { EngineStatus } from '../contract/model'
import type { EngineClient } from './client'
import { createProcessKeeper, stoppedSentence, type KeeperWorld } from './process-keeper'
import { createRequests, type Verb } from './requests'

export interface EngineWorld extends KeeperWorld {
  /** What a model file is called, and whether it is only a first taste. */
  describe(path: string): { readonly name: string; readonly starter: boolean }
}

export interface EngineHost extends EngineClient {
  close(): void
}

interface Loaded {
  readonly path: string
  readonly done: Promise<ModelFacts>
  facts: ModelFacts | null
}

const endKind = { hung: 'engine-hung', crashed: 'engine-crashed' } as const
const endSentence = {
  hung: 'The model stopped responding and was started again. What was written so far is kept; ask again to get the rest.',
  crashed: 'The model stopped unexpectedly and was started again. What was written so far is kept; ask again to get the rest.',
} as const

/** The engine as promises: what waited for a process that dies is told so, and the same model is loaded again at once. */
export function createEngineHost(world: EngineWorld): EngineHost {
  const listeners = new Set<(status: EngineStatus) => void>()
  const requests = createRequests()
  let status: EngineStatus = { state: 'stopped' }
  let loaded: Loaded | null = null

  const setStatus = (next: EngineStatus): void => {
    status = next
    for (const listener of listeners) listener(next)
  }
  const keeper = createProcessKeeper(world, {
    isWaiting: () => requests.waiting > 0,
    onEvent(event) {
      if (event.kind === 'log') world.log.write(event.level, `engine: ${event.message}`)
      else requests.hear(event)
    },
    onEnd(why) {
      const before = loaded
      loaded = null
      const error = new FailureError(endKind[why], endSentence[why])
      const name = before === null ? '' : world.describe(before.path).name
      if (before === null) setStatus({ state: 'stopped' })
      else if (keeper.tooManyDeaths) setStatus({ state: 'failed', model: name, message: stoppedSentence })
      else if (before.facts === null) setStatus({ state: 'failed', model: name, message: error.message })
      requests.failAll(error)
      // Where this fails the status says so, and the next load tries again.
      if (before?.facts && !keeper.tooManyDeaths) load(before.path, { state: 'restarting', model: name }).catch(() => undefined)
    },
  })
  const run = (verb: Verb, each: (event: EngineEvent) => void, signal?: AbortSignal): Promise<void> => requests.run(verb, keeper.send, each, signal)

  const load = (path: string, during: EngineStatus): Promise<ModelFacts> => {
    if (loaded?.path === path && keeper.running) return loaded.done
    const { name, starter } = world.describe(path)
    setStatus(during)
    const done = loadNow(path, (fraction) => {
      if (loaded === mine && status.state === 'loading') setStatus({ state: 'loading', model: name, fraction })
    })
    const mine: Loaded = { path, done, facts: null }
    loaded = mine
    done.then(
      (facts) => {
        mine.facts = facts
        if (loaded === mine) setStatus({ state: 'ready', model: name, starter })
      },
      (error: unknown) => {
        if (loaded !== mine) return
        loaded = null
        setStatus({ state: 'failed', model: name, message: error instanceof FailureError ? error.message : 'The model could not be loaded.' })
      },
    )
    return done
  }
  const loadNow = async (path: string, onFraction: (fraction: number) => void): Promise<ModelFacts> => {
    const results: ModelFacts[] = []
    await run({ kind: 'load', path, contextMax: null, device: 'cpu' }, (event) => {
      if (event.kind === 'loaded') results.push(event.model)
      if (event.kind === 'progress' && event.total > 0) onFraction(event.done / event.total)
    })
    return only(results, 'load')
  }

  return {
    get facts() {
      return loaded?.facts ?? null
    },
    get status() {
      return status
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    load: (path) => load(path, { state: 'loading', model: world.describe(path).name, fraction: 0 }),
    unload(path) {
      if (loaded?.path !== path) return
      loaded = null
      keeper.stop()
      requests.failAll(new FailureError('cancelled', 'The model was unloaded.'))
      setStatus({ state: 'stopped' })
    },
    ...verbs(run),
    close: keeper.close,
  }
}

type Run = (verb: Verb, each: (event: EngineEvent) => void, signal?: AbortSignal) => Promise<void>

/** What can be asked of the engine, with a model loaded or, of a file, without one. */
function verbs(run: Run): Pick<EngineClient, 'inspect' | 'count' | 'measure' | 'chat' | 'calibrate'> {
  return {
    async inspect(path) {
      const results: FileFacts[] = []
      await run({ kind: 'inspect', path }, (event) => {
        if (event.kind === 'inspected') results.push(event.facts)
      })
      return only(results, 'inspect')
    },
    async count(texts) {
      if (texts.length === 0) return []
      const results: (readonly number[])[] = []
      await run({ kind: 'count', texts }, (event) => {
        if (event.kind === 'counted') results.push(event.counts)
      })
      return only(results, 'count')
    },
    async measure(signal) {
      const results: ReadingSpeed[] = []
      await run({ kind: 'measure' }, (event) => {
        if (event.kind === 'measured') results.push(event.speed)
      }, signal)
      if (signal?.aborted === true) throw new FailureError('cancelled', 'Measuring was cancelled.')
      return only(results, 'measure')
    },
    async chat(messages, sampling, hooks = {}) {
      const results: ChatEnd[] = []
      const { evidence } = hooks
      await run({ kind: 'chat', messages, sampling, ...(evidence && { evidence: evidence.request }) }, (event) => {
        if (event.kind === 'text') hooks.onText?.(event.text)
        if (event.kind === 'evidence') evidence?.onPiece(event.piece)
        if (event.kind === 'progress') hooks.onProgress?.(event.phase, event.done, event.total)
        if (event.kind === 'ended') results.push(event.end)
      }, hooks.signal)
      return only(results, 'chat')
    },
    async calibrate(cases, signal) {
      const results: Calibration[] = []
      await run({ kind: 'calibrate', cases }, (event) => {
        if (event.kind === 'calibrated') results.push(event.calibration)
      }, signal)
      return results[0] ?? null
    },
  }
}

function only<T>(results: readonly T[], verb: string): T {
  const [result] = results
  if (result === undefined) throw new Error(`the engine ended a ${verb} without its result`)
  return result
}
