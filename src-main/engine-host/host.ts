import type { Calibration, ChatEnd, DeviceChoice, DeviceFacts, EngineEvent, FileFacts, ModelFacts, ReadEnd, ReadingFacts, ReadingSpeed } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { Computing } from '../contract/device'
import type { EngineStatus } from '../contract/model'
import type { EngineClient } from './client'
import { loadOnChosen } from './device-load'
import { createDeviceTrust, deviceLost, troubles, type DeviceMemo, type DeviceTrust } from './device-trust'
import { createProcessKeeper, stoppedSentence, type KeeperWorld } from './process-keeper'
import { createRequests, type Verb } from './requests'
import type { ThreadMemo } from './thread-memo'

export interface EngineWorld extends KeeperWorld {
  /** What a model file is called, and whether it is only a first taste. */
  describe(path: string): { readonly name: string; readonly starter: boolean }
  readonly devices: DeviceMemo
  readonly threads: ThreadMemo
}

export interface EngineHost extends EngineClient {
  close(): void
}

interface Loaded {
  readonly path: string
  readonly done: Promise<ModelFacts>
  /** What computes it; the processor, where what was chosen failed. */
  choice: DeviceChoice
  facts: ModelFacts | null
}

const endKind = { hung: 'engine-hung', crashed: 'engine-crashed' } as const
const endSentence = {
  hung: 'The model stopped responding and was started again. What was written so far is kept; ask again to get the rest.',
  crashed: 'The model stopped unexpectedly and was started again. What was written so far is kept; ask again to get the rest.',
} as const

/** The engine as promises: what waited for a process that dies is told so, and the same model is loaded again at once. */
export function createEngineHost(world: EngineWorld): EngineHost {
  const told = createStatus()
  const requests = createRequests()
  const trust = createDeviceTrust(world.devices)
  let loaded: Loaded | null = null
  const keeper = createProcessKeeper(world, {
    isWaiting: () => requests.waiting > 0,
    onEvent(event) {
      if (event.kind === 'log') world.log.write(event.level, `engine: ${event.message}`)
      else requests.hear(event)
    },
    onEnd(why) {
      const before = loaded
      // What was being loaded fails with its request.
      if (before?.facts) loaded = null
      const error = loseDevice(before, trust) ?? new FailureError(endKind[why], endSentence[why])
      if (before === null) told.set({ state: 'stopped' })
      else if (keeper.tooManyDeaths) told.set({ state: 'failed', model: world.describe(before.path).name, message: stoppedSentence })
      requests.failAll(error)
      if (before?.facts && !keeper.tooManyDeaths) restart(before.path)
    },
  })
  const run: Run = (verb, each, signal) => requests.run(verb, keeper.send, each, signal)
  /** As `run`; a device that fails is not used again, and its process neither. */
  const runOnModel: Run = async (verb, each, signal) => {
    const before = loaded
    try {
      await run(verb, each, signal)
    } catch (error) {
      const lost = error instanceof FailureError && error.failure.kind === 'device-failed' && loaded === before ? loseDevice(before, trust) : null
      if (before === null || lost === null) throw error
      loaded = null
      keeper.stop()
      requests.failAll(lost)
      restart(before.path)
      throw lost
    }
  }
  // Where this fails the status says so, and the next load tries again.
  const restart = (path: string): void => void load(path, { state: 'restarting', model: world.describe(path).name }).catch(() => undefined)

  const load = (path: string, during: EngineStatus): Promise<ModelFacts> => {
    if (loaded?.path === path && loaded.choice === trust.choice && (keeper.running || loaded.facts === null)) return loaded.done
    const { name, starter } = world.describe(path)
    told.set(during)
    const onFraction: OnFraction = (fraction) => {
      if (loaded === mine && told.status.state === 'loading') told.set({ state: 'loading', model: name, fraction })
    }
    const onFallback = (): void => {
      mine.choice = 'cpu'
      keeper.stop()
    }
    const { choice } = trust
    // The next turn, so that `mine` is there.
    const loading = { trust, devices: () => devicesOf(run), load: (device: DeviceChoice) => loadOn({ run, world }, path, device, onFraction), onFallback }
    const done = Promise.resolve().then(() => loadOnChosen(loading))
    const mine: Loaded = { path, done, choice, facts: null }
    loaded = mine
    done.then(
      (facts) => {
        mine.facts = facts
        if (loaded === mine) told.set({ state: 'ready', model: name, starter, computing: computingOf(facts, trust) })
      },
      (error: unknown) => {
        if (loaded !== mine) return
        loaded = null
        told.set({ state: 'failed', model: name, message: error instanceof FailureError ? error.message : 'The model could not be loaded.' })
      },
    )
    return done
  }

  return {
    get facts() {
      return loaded?.facts ?? null
    },
    get status() {
      return told.status
    },
    onStatus: told.onStatus,
    load: (path) => load(path, { state: 'loading', model: world.describe(path).name, fraction: 0 }),
    unload(path) {
      if (loaded?.path !== path) return
      loaded = null
      keeper.stop()
      requests.failAll(new FailureError('cancelled', 'The model was unloaded.'))
      told.set({ state: 'stopped' })
    },
    devices: () => devicesOf(run),
    ...verbs(runOnModel),
    close() {
      trust.leave()
      keeper.close()
    },
  }
}

function createStatus(): { readonly status: EngineStatus; set(next: EngineStatus): void } & Pick<EngineClient, 'onStatus'> {
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'stopped' }
  return {
    get status() {
      return status
    },
    set(next) {
      status = next
      for (const listener of listeners) listener(next)
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

type Run = (verb: Verb, each: (event: EngineEvent) => void, signal?: AbortSignal) => Promise<void>

interface Loading {
  readonly run: Run
  readonly world: Pick<EngineWorld, 'threads' | 'log'>
}

type OnFraction = (fraction: number) => void

async function loadOn({ run, world: { threads, log } }: Loading, path: string, device: DeviceChoice, onFraction: OnFraction): Promise<ModelFacts> {
  const results: ModelFacts[] = []
  const known = await threads.known(path, device)
  await run({ kind: 'load', path, contextMax: null, device, threads: known }, (event) => {
    if (event.kind === 'loaded') results.push(event.model)
    if (event.kind === 'progress' && event.total > 0) onFraction(event.done / event.total)
  })
  const facts = only(results, 'load')
  // Where it cannot be kept, it is found out again.
  if (known === null) threads.keep(path, device, facts.threads).catch((error: unknown) => log.write('warn', `threads: ${String(error)}`))
  return facts
}

/** The devices that compute the model are not trusted any more; null where there are none. */
function loseDevice(model: Loaded | null, trust: DeviceTrust): FailureError | null {
  const title = model?.facts?.devices.map((device) => device.title).join(' and ') ?? ''
  if (title === '') return null
  trust.failed(troubles.computing(title))
  return new FailureError('device-failed', deviceLost(title))
}

async function devicesOf(run: Run): Promise<readonly DeviceFacts[]> {
  const results: (readonly DeviceFacts[])[] = []
  await run({ kind: 'devices' }, (event) => {
    if (event.kind === 'devices') results.push(event.devices)
  })
  return only(results, 'devices')
}

function computingOf({ layers, devices }: ModelFacts, { choice, trouble }: DeviceTrust): Computing {
  const missing = devices.length > 0 || choice === 'auto' || choice === 'cpu' ? null : `The device ${choice} is not there, or has too little free memory, so the processor computes.`
  return { layers, devices: devices.map(({ title, layers: share }) => ({ title, layers: share })), notice: trouble ?? missing }
}

/** What can be asked of the engine, with a model loaded or, of a file, without one. */
function verbs(run: Run): Pick<EngineClient, 'inspect' | 'count' | 'measure' | 'chat' | 'calibrate'> & ReadingVerbs {
  return {
    ...readingVerbs(run),
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
      const { evidence, place, memoryBytes, selectedTokens } = hooks
      const limits = { ...(memoryBytes !== undefined && { memoryBytes }), ...(selectedTokens !== undefined && { selectedTokens }) }
      const known = { ...(evidence && { evidence: evidence.request }), ...(place && { place }), ...limits }
      await run({ kind: 'chat', messages, sampling, ...known }, (event) => {
        if (event.kind === 'text') hooks.onText?.(event.text)
        if (event.kind === 'evidence') evidence?.onPiece(event.piece)
        if (event.kind === 'progress') hooks.onProgress?.(event.phase, event.done, event.total)
        if (event.kind === 'ended') results.push(event.end)
      }, hooks.signal)
      return only(results, 'chat')
    },
    async calibrate(cases) {
      const results: Calibration[] = []
      await run({ kind: 'calibrate', cases }, (event) => {
        if (event.kind === 'calibrated') results.push(event.calibration)
      })
      return results[0] ?? null
    },
  }
}

type ReadingVerbs = Pick<EngineClient, 'read' | 'pace' | 'readings' | 'removeReading'>

/** What can be asked of the engine about readings. */
function readingVerbs(run: Run): ReadingVerbs {
  return {
    async read(text, { signal, onBegun, onProgress }) {
      const results: ReadEnd[] = []
      await run({ kind: 'read', ...text }, (event) => {
        if (event.kind === 'progress') onProgress(event.done, event.total, event.millisecondsLeft ?? null)
        if (event.kind === 'begun') onBegun(event)
        if (event.kind === 'read') results.push(event.end)
      }, signal)
      const [end] = results
      if (end === undefined && signal.aborted) throw new FailureError('cancelled', 'Reading was stopped before it began.')
      return end ?? only(results, 'read')
    },
    async readings(folder, keep) {
      const results: (readonly ReadingFacts[])[] = []
      await run({ kind: 'readings', folder, keep }, (event) => {
        if (event.kind === 'readings') results.push(event.readings)
      })
      return only(results, 'readings')
    },
    pace: (restShare) => run({ kind: 'pace', restShare }, () => undefined),
    removeReading: (folder, name) => run({ kind: 'remove-reading', folder, name }, () => undefined),
  }
}

function only<T>(results: readonly T[], verb: string): T {
  const [result] = results
  if (result === undefined) throw new Error(`the engine ended a ${verb} without its result`)
  return result
}
