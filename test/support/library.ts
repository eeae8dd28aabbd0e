import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FailureError } from '../../src-main/contract/failure'
import type { Library } from '../../src-main/library/library'
import { openLibrary } from '../../src-main/library/open'
import { serve } from '../../src-main/library/serve'
import type { StartThread } from '../../src-main/library/thread'

/** The library in this thread, over the same messages as the worker's: for tests that want no built worker. */
export const startHere: StartThread = (dataFolder) => {
  const hearers: ((message: unknown) => void)[] = []
  const enders: ((cause: Error | null) => void)[] = []
  const tell = (message: unknown): void => { queueMicrotask(() => { hearers.forEach((hear) => { hear(structuredClone(message)) }) }) }
  const end = (): void => { queueMicrotask(() => { enders.forEach((hear) => { hear(null) }) }) }
  let server: ReturnType<typeof serve> | null = null
  try {
    server = serve(dataFolder)
    tell({ kind: 'opened' })
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    tell({ kind: 'refused', failure: error.failure })
  }
  return {
    post: (message) => {
      if (message === 'close') {
        while (server?.idle()) { /* as the worker does */ }
        server?.close()
        end()
      } else tell(server?.answer(structuredClone(message)))
    },
    onMessage: (hear) => { hearers.push(hear) },
    onEnd: (hear) => { enders.push(hear) },
    end,
  }
}

export const openHere = (dataFolder: string): Promise<Library> => openLibrary(dataFolder, startHere)

/** A folder that lasts as long as `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-library-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
