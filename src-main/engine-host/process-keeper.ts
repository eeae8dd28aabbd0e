import type { EngineEvent, EngineRequest } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { Log } from '../log'
import { watchSilence, type SilenceWatch } from '../silence'

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
  let hung = false
  let closed = false
  let watch: SilenceWatch | null = null
  let deaths: readonly number[] = []

  const recentDeaths = (): number => {
    deaths = deaths.filter((at) => world.now() - at < deathWindowMilliseconds)
    return deaths.length
  }
  const endHung = (): void => {
    world.log.write('error', `the engine was silent for ${hangMilliseconds} ms and is stopped`)
    hung = true
    current?.kill()
  }
  const start = (): EngineProcess => {
    if (recentDeaths() >= deathsMax) throw new FailureError('engine-crashed', stoppedSentence)
    const started = world.spawn()
    hung = false
    watch?.end()
    watch = watchSilence({ limitMilliseconds: hangMilliseconds, checkMilliseconds, now: world.now, isExpected: hooks.isWaiting }, endHung)
    started.onEvent((event) => {
      if (current !== started) return
      watch?.heard()
      hooks.onEvent(event)
    })
    started.onExit(() => {
      if (current !== started) return
      current = null
      watch?.end()
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
      if (!hooks.isWaiting()) watch?.heard()
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
      watch?.end()
      ended?.kill()
    },
    close() {
      closed = true
      watch?.end()
      current?.kill()
    },
  }
}
