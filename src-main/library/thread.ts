import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** The other end of the library's wire. `onEnd` is told once, when it will answer no more. */
export interface Thread {
  readonly post: (message: unknown) => void
  readonly onMessage: (hear: (message: unknown) => void) => void
  readonly onEnd: (hear: (cause: Error | null) => void) => void
  /** Ends it at once, in the middle of whatever it does. */
  readonly end: () => void
}

export type StartThread = (dataFolder: string) => Thread

/** The built worker lies beside the main bundle, or one folder above its chunks. */
function workerFile(): URL {
  const places = ['./library-worker.js', '../library-worker.js'].map((place) => new URL(place, import.meta.url))
  const found = places.find((place) => existsSync(fileURLToPath(place)))
  if (found === undefined) throw new Error(`library-worker.js is missing beside ${import.meta.url}: build the app first`)
  return found
}

export const startWorker: StartThread = (dataFolder) => startWorkerFile(workerFile(), dataFolder)

/** Starts a built worker on a library's folder. */
export function startWorkerFile(file: URL, dataFolder: string): Thread {
  const worker = new Worker(file, { workerData: dataFolder })
  let cause: Error | null = null
  worker.on('error', (error: Error) => { cause = error })
  return {
    post: (message) => { worker.postMessage(message) },
    onMessage: (hear) => { worker.on('message', hear) },
    onEnd: (hear) => { worker.on('exit', () => { hear(cause) }) },
    end: () => { void worker.terminate() },
  }
}
