import type { ChatEnd, EngineEvent, EngineFailureKind, EngineRequest, ModelFacts } from '../../src-engine/protocol'
import { assertNever, FailureError, type FailureKind } from '../contract/failure'
import type { EngineStatus } from '../contract/model'
import type { Log } from '../log'
import type { ChatHooks, EngineClient } from './client'

/** A running engine, as the host sees it. */
export interface EngineProcess {
  send(request: EngineRequest): void
  onEvent(listener: (event: EngineEvent) => void): void
  /** Once, however it ended. */
  onExit(listener: () => void): void
  kill(): void
}

export interface EngineWorld {
  spawn(): EngineProcess
  /** What a model file is called, and whether it is only a first taste. */
  describe(path: string): { readonly name: string; readonly starter: boolean }
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly hangMilliseconds?: number
  readonly checkMilliseconds?: number
}

export interface EngineHost extends EngineClient {
  close(): void
}

/** A request on its way: what ends it. */
interface Pending {
  readonly event: (event: EngineEvent) => void
  readonly fail: (error: FailureError) => void
}

type Unsequenced<T> = T extends unknown ? Omit<T, 'seq'> : never
type Verb = Unsequenced<EngineRequest>

const crashesMax = 3
const crashWindowMilliseconds = 5 * 60_000

const failureKindOf = (kind: EngineFailureKind): FailureKind => {
  switch (kind) {
    case 'model-invalid': case 'model-unsupported': case 'model-missing': case 'context-exceeded': case 'out-of-memory': return kind
    case 'not-loaded': return 'model-missing'
    case 'broken-numbers': return 'model-invalid'
    case 'unexpected': return 'unexpected'
    default: return assertNever(kind)
  }
}

/**
 * Keeps an engine process: starts it when it is first needed, notices when it dies or falls silent, ends what waited for it, starts
 * it again with the same model, and stops after three deaths in five minutes.
 */
export function createEngineHost(world: EngineWorld): EngineHost {
  const { hangMilliseconds = 10_000, checkMilliseconds = 1_000 } = world
  const pending = new Map<number, Pending>()
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'stopped' }
  let process: EngineProcess | null = null
  let facts: ModelFacts | null = null
  let loaded: { readonly path: string; readonly done: Promise<ModelFacts> } | null = null
  let lastHeard = 0
  let lastSeq = 0
  let hung = false
  let closed = false
  let watch: NodeJS.Timeout | undefined
  let crashes: readonly number[] = []

  const setStatus = (next: EngineStatus): void => {
    status = next
    for (const listener of listeners) listener(next)
  }

  const checkSilence = (): void => {
    if (pending.size === 0 || world.now() - lastHeard < hangMilliseconds) return
    world.log.write('error', `the engine was silent for ${hangMilliseconds} ms and is stopped`)
    hung = true
    lastHeard = world.now()
    process?.kill()
  }

  const start = (): EngineProcess => {
    if (process !== null) return process
    if (tooManyCrashes()) throw new FailureError('engine-crashed', stoppedSentence)
    const started = world.spawn()
    process = started
    hung = false
    lastHeard = world.now()
    clearInterval(watch)
    watch = setInterval(checkSilence, checkMilliseconds)
    started.onEvent((event) => {
      if (process !== started) return
      lastHeard = world.now()
      if (event.kind === 'log') world.log.write(event.level, `engine: ${event.message}`)
      else if (event.kind !== 'hello') pending.get(event.seq)?.event(event)
    })
    started.onExit(() => {
      if (process === started) onExit()
    })
    return started
  }

  const tooManyCrashes = (): boolean => {
    crashes = crashes.filter((at) => world.now() - at < crashWindowMilliseconds)
    return crashes.length >= crashesMax
  }

  const onExit = (): void => {
    const model = loaded
    const wasReady = facts !== null
    process = null
    facts = null
    loaded = null
    clearInterval(watch)
    if (closed) return
    crashes = [...crashes, world.now()]
    world.log.write('error', hung ? 'the engine hung' : 'the engine ended by itself')
    const error = hung
      ? new FailureError('engine-hung', 'The model stopped responding and was started again. What was written so far is kept; ask again to get the rest.')
      : new FailureError('engine-crashed', 'The model stopped unexpectedly and was started again. What was written so far is kept; ask again to get the rest.')
    const waiting = [...pending.values()]
    pending.clear()
    if (model === null) setStatus({ state: 'stopped' })
    else if (tooManyCrashes()) setStatus({ state: 'failed', model: world.describe(model.path).name, message: stoppedSentence })
    else if (wasReady) {
      setStatus({ state: 'restarting', model: world.describe(model.path).name })
      // Whoever needs the model hears of it when this fails: the status says so, and the next load tries again.
      load(model.path, 'restarting').catch(() => undefined)
    } else setStatus({ state: 'failed', model: world.describe(model.path).name, message: error.failure.message })
    for (const { fail } of waiting) fail(error)
  }

  /** Sends a verb and hands every event of it to `each`; ends with its `done` or `failed`. */
  const request = (verb: Verb, each: (event: EngineEvent) => void, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const target = start()
      const seq = ++lastSeq
      const cancel = (): void => target.send({ kind: 'cancel', seq: ++lastSeq, target: seq })
      const end = (): void => {
        pending.delete(seq)
        signal?.removeEventListener('abort', cancel)
      }
      if (pending.size === 0) lastHeard = world.now()
      pending.set(seq, {
        event(event) {
          if (event.kind === 'failed') {
            end()
            reject(new FailureError(failureKindOf(event.failure.kind), event.failure.message))
          } else if (event.kind === 'done') {
            end()
            resolve()
          } else each(event)
        },
        fail(error) {
          end()
          reject(error)
        },
      })
      target.send({ ...verb, seq })
      signal?.addEventListener('abort', cancel, { once: true })
      if (signal?.aborted) cancel()
    })

  const load = (path: string, during: 'loading' | 'restarting' = 'loading'): Promise<ModelFacts> => {
    if (loaded?.path === path && process !== null) return loaded.done
    const model = world.describe(path)
    facts = null
    setStatus(during === 'loading' ? { state: 'loading', model: model.name, fraction: 0 } : { state: 'restarting', model: model.name })
    const done = loadNow(path).then(
      (result) => {
        if (loaded?.done === done) {
          facts = result
          setStatus({ state: 'ready', model: model.name, starter: model.starter })
        }
        return result
      },
      (error: unknown) => {
        if (loaded?.done === done) {
          loaded = null
          setStatus({ state: 'failed', model: model.name, message: error instanceof FailureError ? error.message : 'The model could not be loaded.' })
        }
        throw error
      },
    )
    loaded = { path, done }
    return done
  }

  const loadNow = async (path: string): Promise<ModelFacts> => {
    const model = world.describe(path)
    let result: ModelFacts | null = null
    await request({ kind: 'load', path, contextMax: null }, (event) => {
      if (event.kind === 'loaded') result = event.model
      if (event.kind === 'progress' && event.total > 0 && status.state === 'loading') setStatus({ state: 'loading', model: model.name, fraction: event.done / event.total })
    })
    if (result === null) throw new Error('the engine ended a load without its facts')
    return result
  }

  return {
    get facts() {
      return facts
    },
    get status() {
      return status
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    load: (path) => load(path),
    async count(texts) {
      if (texts.length === 0) return []
      let counts: readonly number[] | null = null
      await request({ kind: 'count', texts }, (event) => {
        if (event.kind === 'counted') counts = event.counts
      })
      if (counts === null) throw new Error('the engine ended a count without its result')
      return counts
    },
    async chat(messages, sampling, hooks: ChatHooks = {}) {
      let ended: ChatEnd | null = null
      await request(
        { kind: 'chat', messages, sampling },
        (event) => {
          if (event.kind === 'text') hooks.onText?.(event.text)
          if (event.kind === 'progress') hooks.onProgress?.(event.phase, event.done, event.total)
          if (event.kind === 'ended') ended = event.end
        },
        hooks.signal,
      )
      if (ended === null) throw new Error('the engine ended a chat without saying how')
      return ended
    },
    close() {
      closed = true
      clearInterval(watch)
      process?.send({ kind: 'close', seq: ++lastSeq })
      process?.kill()
    },
  }
}

const stoppedSentence = 'The model stopped three times within five minutes, so it was not started again. Choose another model, or try again later.'
