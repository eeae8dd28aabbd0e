import type { EngineEvent } from '../protocol'

type Phase = Extract<EngineEvent, { readonly kind: 'progress' }>['phase']

/** Says how far a request is: at every change but not more often than is useful, and again while nothing changes, so that silence means a hang. */
export interface Reporter {
  report(phase: Phase, done: number, total: number, millisecondsLeft?: number): void
  end(): void
}

interface ReporterWorld {
  send(event: EngineEvent): void
  now(): number
  every(milliseconds: number, tick: () => void): () => void
}

/** The host is promised four a second. */
const beatMilliseconds = 200
const gapMillisecondsMin = 50
/** A computation that has not moved for so long has stopped, though the process still answers: then nothing is said any more. */
const stallMilliseconds = 180_000
/** Between two beats: then this process stood still too, as where the computer slept. */
const sleptMilliseconds = 5_000

export function createReporter(world: ReporterWorld, seq: number): Reporter {
  let last: { readonly phase: Phase; readonly done: number; readonly total: number; readonly millisecondsLeft?: number } | null = null
  let sent = -Infinity
  let moved = world.now()
  let beaten = moved

  function send(): void {
    if (last === null) return
    sent = world.now()
    world.send({ kind: 'progress', seq, ...last })
  }

  const stop = world.every(beatMilliseconds, () => {
    const passed = world.now() - beaten
    beaten += passed
    if (passed > sleptMilliseconds) moved += passed
    if (world.now() - moved < stallMilliseconds) send()
  })
  return {
    report(phase, done, total, millisecondsLeft) {
      const entered = last?.phase !== phase
      last = { phase, done, total, ...(millisecondsLeft !== undefined && { millisecondsLeft }) }
      moved = world.now()
      if (entered || world.now() - sent >= gapMillisecondsMin) send()
    },
    end: stop,
  }
}
