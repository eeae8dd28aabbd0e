import { FailureError } from '../contract/failure'
import type { CopyProgress } from '../contract/model'
import { isDiskFull } from '../failures'
import { createThrottle } from '../throttle'
import { copyFiles, type FileCopy } from './copy'

/** Models that are being copied, each by its name. */
export interface Copies {
  /** Rejects with `cancelled`, `disk-full`, `invalid-request` for one that is being copied already, or errors of the disk; then nothing of the copy stays. */
  run(name: string, files: readonly FileCopy[], totalBytes: number): Promise<void>
  /** Stops one and waits until nothing of it is left. */
  cancel(name: string): Promise<void>
  /** Stops all. */
  close(): Promise<void>
}

interface Running {
  readonly abort: AbortController
  readonly done: Promise<void>
}

const publishMilliseconds = 250

/** @param publish hears how far each is, and null when it is over */
export function createCopies(publish: (name: string, copy: CopyProgress | null) => void): Copies {
  const running = new Map<string, Running>()
  const cancel = async (name: string): Promise<void> => {
    const one = running.get(name)
    one?.abort.abort()
    // How it ended is told to who waits for the copy.
    await one?.done.catch(() => undefined)
  }
  return {
    async run(name, files, totalBytes) {
      if (running.has(name)) throw new FailureError('invalid-request', `“${name}” is being copied already.`)
      const abort = new AbortController()
      const told = createThrottle<CopyProgress>(publishMilliseconds, (copy) => publish(name, copy))
      const done = copyFiles(files, { signal: abort.signal, onBytes: (doneBytes) => told.push({ doneBytes, totalBytes }) })
      running.set(name, { abort, done })
      try {
        // Who hears of it may stop it then and there.
        told.push({ doneBytes: 0, totalBytes })
        await done
      } catch (error) {
        if (abort.signal.aborted) throw new FailureError('cancelled', `“${name}” was not copied to the end; nothing of the copy is left.`)
        if (isDiskFull(error)) throw new FailureError('disk-full', `The disk is full, and “${name}” could not be copied wholly; nothing of the copy is left. Make room, or use the file where it is.`, { cause: error })
        throw error
      } finally {
        running.delete(name)
        told.clear()
        publish(name, null)
      }
    },
    cancel,
    async close() {
      await Promise.all([...running.keys()].map(cancel))
    },
  }
}
