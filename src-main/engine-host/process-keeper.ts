import type { EngineEvent, EngineRequest } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { Log } from '../log'

/** A running engine, as the host sees it. */
export interface EngineProcess {
  send(request: EngineRequest): void
  onEvent(listener: (event: EngineEvent) => void): void
  /** Once, however it ended. */
  onExit(listener: () => void): void
  kill(): void
}

export interface KeeperWorld {
  spawn(): EngineProcess
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly hangMilliseconds?: number
  readonly checkMilliseconds?: number
}

export interface KeeperHooks {
  /** Whether somebody waits for the engine: only then is its silence a hang. */
  isWaiting(): boolean
  onEvent(event: EngineEvent): void
  /** The process is gone; the keeper is ready to start another. */
  onEnd(why: 'crashed' | 'hung'): void
}

export interface ProcessKeeper {
  /** Starts the engine where it does not run. Throws `engine-crashed` after too many deaths. */
  send(request: EngineRequest): void
  readonly running: boolean
  readonly tooManyDeaths: boolean
  /** Ends the process, which is no death; the next request starts another. */
  stop(): void
  close(): void
}

const deathsMax = 3
const deathWindowMilliseconds = 5 * 60_000
export const stoppedSentence = 'The model stopped three times within five minutes, so it was not started again. Choose another model, or try again later.'

/** Keeps one engine process: starts it when it is first needed, kills it when it falls silent, counts its deaths. */
export function createProcessKeeper(world: KeeperWorld, hooks: KeeperHooks): ProcessKeeper {
  const { hangMilliseconds = 10_000, checkMilliseconds = 1_000 } = world
  let current: EngineProcess | null = null
  let lastHeard = 0
  let lastChecked = 0
  let hung = false
  let closed = false
  let watch: NodeJS.Timeout | undefined
  let deaths: readonly number[] = []

  const recentDeaths = (): number => {
    deaths = deaths.filter((at) => world.now() - at < deathWindowMilliseconds)
    return deaths.length
  }
  const checkSilence = (): void => {
    const before = lastChecked
    lastChecked = world.now()
    // This process stood still too, as where the computer slept: then the engine's silence says nothing.
    if (lastChecked - before > hangMilliseconds / 2) lastHeard = lastChecked
    if (!hooks.isWaiting() || world.now() - lastHeard < hangMilliseconds) return
    world.log.write('error', `the engine was silent for ${hangMilliseconds} ms and is stopped`)
    hung = true
    lastHeard = world.now()
    current?.kill()
  }
  const start = (): EngineProcess => {
    if (recentDeaths() >= deathsMax) throw new FailureError('engine-crashed', stoppedSentence)
    const started = world.spawn()
    hung = false
    lastChecked = world.now()
    clearInterval(watch)
    watch = setInterval(checkSilence, checkMilliseconds)
    started.onEvent((event) => {
      if (current !== started) return
      lastHeard = world.now()
      hooks.onEvent(event)
    })
    started.onExit(() => {
      if (current !== started) return
      current = null
      clearInterval(watch)
      if (closed) return
      deaths = [...deaths, world.now()]
      world.log.write('error', hung ? 'the engine hung' : 'the engine ended by itself')
      hooks.onEnd(hung ? 'hung' : 'crashed')
    })
    return started
  }

  return {
    send(request) {
      // Silence counts from the moment when somebody begins to wait.
      if (current === null || !hooks.isWaiting()) lastHeard = world.now()
      current ??= start()
      current.send(request)
    },
    get running() {
      return current !== null
    },
    get tooManyDeaths() {
      return recentDeaths() >= deathsMax
    },
    stop() {
      const ended = current
      current = null
      clearInterval(watch)
      ended?.kill()
    },
    close() {
      closed = true
      clearInterval(watch)
      current?.kill()
    },
  }
}
