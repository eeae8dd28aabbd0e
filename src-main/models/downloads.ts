import { stat } from 'node:fs/promises'
import { FailureError } from '../contract/failure'
import type { DownloadState } from '../contract/model'
import { addSample, speedOf, timeLeft, type Sample } from '../contract/speed'
import { failureOf } from '../failures'
import { createThrottle } from '../throttle'
import type { WantedFile } from './answer-of-server'
import { download, type DownloadWorld } from './download'
import { openPart } from './part-file'

export interface Download {
  readonly name: string
  readonly wanted: WantedFile
  /** Where the finished file goes. */
  readonly path: string
}

/** Downloads under way, each by its name. */
export interface Downloads {
  /** What is known of one: what runs, else what an earlier run left on the disk; null where nothing was begun. */
  state(download: Pick<Download, 'name' | 'path'>): Promise<DownloadState | null>
  /** Begins or goes on; a second call joins the first. True when the file is there, false when it was paused. */
  run(download: Download): Promise<boolean>
  pause(name: string): Promise<void>
  /** Stops it and throws away what came. */
  discard(download: Pick<Download, 'name' | 'path'>): Promise<void>
  /** Pauses all. */
  close(): Promise<void>
}

export interface DownloadsWorld extends DownloadWorld {
  readonly publish: (name: string, download: DownloadState | null) => void
  /** Monotonic milliseconds. */
  now(): number
}

interface Running {
  readonly abort: AbortController
  readonly done: Promise<boolean>
}

const publishMilliseconds = 250

export function createDownloads(world: DownloadsWorld): Downloads {
  const running = new Map<string, Running>()
  const states = new Map<string, DownloadState>()

  const begin = (job: Download): Running => {
    const abort = new AbortController()
    const done = runOne(job, world, abort.signal, (state) => states.set(job.name, state)).then(
      (state) => {
        if (state === null) states.delete(job.name)
        else states.set(job.name, state)
        running.delete(job.name)
        world.publish(job.name, state)
        return state === null
      },
      (error: unknown) => {
        const { doneBytes = 0, totalBytes = 0 } = states.get(job.name) ?? {}
        const failed: DownloadState = { state: 'failed', failure: failureOf(error, null), doneBytes, totalBytes }
        states.set(job.name, failed)
        running.delete(job.name)
        world.publish(job.name, failed)
        throw error
      },
    )
    return { abort, done }
  }
  const pause = async (name: string): Promise<void> => {
    const one = running.get(name)
    one?.abort.abort()
    // A failure is told to who waits for the download.
    await one?.done.catch(() => undefined)
  }

  return {
    state: async (job) => states.get(job.name) ?? (await leftOver(job.path)),
    run(job) {
      const one = running.get(job.name) ?? begin(job)
      running.set(job.name, one)
      return one.done
    },
    pause,
    async discard({ name, path }) {
      await pause(name)
      await openPart(path).discard()
      states.delete(name)
      world.publish(name, null)
    },
    async close() {
      await Promise.all([...running.keys()].map(pause))
    },
  }
}

/** What a run that ended, in whatever way, left on the disk. */
async function leftOver(path: string): Promise<DownloadState | null> {
  const kept = await openPart(path).state()
  return kept === null || (await stat(path).catch(() => null)) !== null ? null : { state: 'paused', doneBytes: kept.doneBytes, totalBytes: kept.record.bytes }
}

/** Resolves with null when the file is installed, with the paused state when `signal` ended it. */
async function runOne(job: Download, world: DownloadsWorld, signal: AbortSignal, keep: (state: DownloadState) => void): Promise<DownloadState | null> {
  const told = createThrottle<DownloadState>(publishMilliseconds, (state) => world.publish(job.name, state))
  const before = await leftOver(job.path)
  let bytes = { doneBytes: before?.doneBytes ?? 0, totalBytes: before?.totalBytes ?? job.wanted.bytes ?? 0 }
  let samples: readonly Sample[] = []
  const tell = (state: DownloadState): void => {
    keep(state)
    told.push(state)
  }
  tell({ state: 'asking', ...bytes })
  try {
    await download(job.wanted, job.path, world, {
      signal,
      onBytes(doneBytes, totalBytes) {
        bytes = { doneBytes, totalBytes }
        samples = addSample(samples, { atMilliseconds: world.now(), done: doneBytes })
        const left = timeLeft(samples, totalBytes)
        tell({ state: 'running', ...bytes, bytesPerSecond: speedOf(samples), secondsLeft: left === null ? null : left / 1_000 })
      },
      onWait(why) {
        samples = []
        tell({ state: 'retrying', ...bytes, why })
      },
      onCheck: (doneBytes, totalBytes) => tell({ state: 'checking', doneBytes, totalBytes }),
    })
    return null
  } catch (error) {
    if (!signal.aborted || error instanceof FailureError) throw error
    return { state: 'paused', ...bytes }
  } finally {
    told.clear()
  }
}
