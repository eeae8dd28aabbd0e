import { fork, type ChildProcess } from 'node:child_process'
import type { EngineEvent, EngineRequest } from '../../src-engine/protocol'

/** An event and when it came, milliseconds after the process was started. */
export type TimedEvent = EngineEvent & { readonly at: number }

export interface EngineProcess {
  readonly child: ChildProcess
  readonly events: readonly TimedEvent[]
  now(): number
  send(request: EngineRequest): void
  /** Sends a request and waits until it is done or failed; gives all its events. */
  ask(request: EngineRequest): Promise<readonly TimedEvent[]>
  /** The first event that fits, also one that already came. @throws if it does not come in time. */
  until(fits: (event: TimedEvent) => boolean, what: string, limitMilliseconds?: number): Promise<TimedEvent>
  stop(): Promise<void>
}

/** The engine as a process of its own under plain Node; messages are cloned as in Electron. */
export function startEngine(): EngineProcess {
  const child = fork('src-engine/index.ts', { execArgv: ['--import', 'tsx'], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const begun = performance.now()
  const now = (): number => performance.now() - begun
  const events: TimedEvent[] = []
  const listeners = new Set<() => void>()
  child.on('message', (event) => {
    events.push({ ...(event as EngineEvent), at: now() })
    for (const listener of listeners) listener()
  })

  function until(fits: (event: TimedEvent) => boolean, what: string, limitMilliseconds = 120_000): Promise<TimedEvent> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error(`${what} did not come within ${limitMilliseconds} ms; last: ${JSON.stringify(events.at(-1))}`))), limitMilliseconds)
      const look = (): void => {
        const found = events.find(fits)
        if (found !== undefined) finish(() => resolve(found))
      }
      const finish = (then: () => void): void => {
        clearTimeout(timer)
        listeners.delete(look)
        then()
      }
      listeners.add(look)
      look()
    })
  }

  const send = (request: EngineRequest): void => void child.send(request)
  return {
    child,
    events,
    now,
    send,
    until,
    async ask(request) {
      send(request)
      await until((event) => (event.kind === 'done' || event.kind === 'failed') && event.seq === request.seq, `the end of ${request.kind}`, 60_000)
      return events.filter((event) => 'seq' in event && event.seq === request.seq)
    },
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
