import type { SegmentedDocument, ParsedUnit } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { ImportId } from '../contract/imports'
import type { IngestEvent, IngestRequest } from '../contract/ingest'
import type { Log } from '../log'
import { watchSilence } from '../silence'
import { parseIngestEvent } from './ingest-schema'

/** A hidden page that reads documents: what comes out of it is checked like anything from a stranger. */
export interface IngestPage {
  send(request: IngestRequest): void
  onMessage(listener: (message: unknown) => void): void
  /** The page is gone by itself: crashed, out of memory, not loaded. */
  onGone(listener: () => void): void
  destroy(): void
}

export interface ParseTask {
  readonly job: ImportId
  readonly path: string
  readonly fileName: string
  readonly bytes: number
  readonly password: string | null
}

export interface ParseHooks {
  onProgress(unitsDone: number, unitsTotal: number): void
  onUnits(units: readonly ParsedUnit[]): void
  readonly signal: AbortSignal
}

export interface IngestHost {
  /** Opens a page ahead of the first file, which then need not wait for it. */
  warm(): void
  /**
   * Reads one file; units come in batches before it resolves. Rejects with the reader's `FailureError`, with `took-too-long` after a
   * silence, `reader-crashed`, or `cancelled` at most a second after the signal. One at a time: the caller waits for the end.
   */
  parse(task: ParseTask, hooks: ParseHooks): Promise<Omit<SegmentedDocument, 'units'>>
  close(): void
}

export interface IngestWorld {
  openPage(): IngestPage
  /** A one-time address under which the page can fetch the file. */
  issueSource(path: string): string
  readonly log: Log
  readonly silenceMilliseconds?: number
  readonly startMilliseconds?: number
  readonly cancelMilliseconds?: number
  readonly idleMilliseconds?: number
}

interface LivePage {
  readonly page: IngestPage
  readonly ready: Promise<void>
  readonly hear: (listener: ((event: IngestEvent) => void) | null, onGone: (() => void) | null) => void
}

/** Opens a page and waits in it for events; each page is thrown away when it fails, so the next document starts clean. */
export function createIngestHost(world: IngestWorld): IngestHost {
  const { silenceMilliseconds = 20_000, startMilliseconds = 60_000, cancelMilliseconds = 600, idleMilliseconds = 60_000 } = world
  let live: LivePage | null = null
  let idle: NodeJS.Timeout | undefined
  let busy = false

  const drop = (): void => {
    clearTimeout(idle)
    live?.page.destroy()
    live = null
  }
  const open = async (fileName: string): Promise<LivePage> => {
    clearTimeout(idle)
    live ??= startPage(world, startMilliseconds)
    try {
      await live.ready
      return live
    } catch (error) {
      drop()
      throw new FailureError('reader-crashed', `The reader for “${fileName}” did not start. Try to add the file again.`, { document: fileName, cause: error })
    }
  }

  /** Keeps a page that has nothing to do, until it is needed, gone or too long idle. */
  const rest = (page: LivePage): void => {
    page.hear(null, drop)
    idle = setTimeout(drop, idleMilliseconds)
  }

  return {
    warm() {
      if (live !== null || busy) return
      const page = startPage(world, startMilliseconds)
      live = page
      const whenFree = (act: () => void) => () => { if (live === page && !busy) act() }
      void page.ready.then(whenFree(() => rest(page)), whenFree(drop))
    },
    async parse(task, hooks) {
      let current: LivePage | null = null
      let keepPage = false
      busy = true
      try {
        current = await open(task.fileName)
        return await runTask(current, task, hooks, world, { silenceMilliseconds, cancelMilliseconds }, () => {
          keepPage = true
        })
      } finally {
        busy = false
        current?.hear(null, null)
        if (keepPage && current !== null) rest(current)
        else drop()
      }
    },
    close: drop,
  }
}

function startPage(world: IngestWorld, startMilliseconds: number): LivePage {
  const page = world.openPage()
  let listener: ((event: IngestEvent) => void) | null = null
  let gone: (() => void) | null = null
  const ready = new Promise<void>((resolve, reject) => {
    const silence = watchSilence({ limitMilliseconds: startMilliseconds }, () => {
      silence.end()
      reject(new Error('the ingest page did not say that it is ready'))
    })
    page.onGone(() => {
      silence.end()
      reject(new Error('the ingest page is gone'))
      gone?.()
    })
    page.onMessage((message) => {
      const event = parseIngestEvent(message)
      if (event === null) {
        world.log.write('warn', 'the ingest page sent something that does not fit')
        gone?.()
      } else if (event.kind === 'ready') {
        silence.end()
        resolve()
      } else listener?.(event)
    })
  })
  // Whoever waits for it hears of the failure; nobody may be waiting yet.
  ready.catch(() => undefined)
  return {
    page,
    ready,
    hear(next, onGone) {
      listener = next
      gone = onGone
    },
  }
}

interface Limits {
  readonly silenceMilliseconds: number
  readonly cancelMilliseconds: number
}

/** `answered` is called where the page itself ended the job and can take the next one. */
function runTask(live: LivePage, task: ParseTask, hooks: ParseHooks, world: IngestWorld, limits: Limits, answered: () => void): Promise<Omit<SegmentedDocument, 'units'>> {
  const name = task.fileName
  return new Promise((resolve, reject) => {
    let cancelTimer: NodeJS.Timeout | undefined
    const end = (): void => {
      silence.end()
      clearTimeout(cancelTimer)
      hooks.signal.removeEventListener('abort', cancel)
    }
    const fail = (error: FailureError): void => {
      end()
      reject(error)
    }
    const cancelled = (): FailureError => new FailureError('cancelled', `Reading “${name}” was cancelled.`, { document: name })
    const cancel = (): void => {
      live.page.send({ kind: 'cancel', job: task.job })
      cancelTimer = setTimeout(() => fail(cancelled()), limits.cancelMilliseconds)
    }
    const silence = watchSilence({ limitMilliseconds: limits.silenceMilliseconds }, () => {
      world.log.write('warn', `the reader was silent for ${limits.silenceMilliseconds} ms in import ${task.job}`)
      fail(new FailureError('took-too-long', `Reading “${name}” took too long and was stopped. The file may be damaged, or too complex to read.`, { document: name }))
    })
    live.hear(
      (event) => {
        if (event.kind === 'ready' || event.job !== task.job) return
        silence.heard()
        if (event.kind === 'progress') hooks.onProgress(event.unitsDone, event.unitsTotal)
        else if (event.kind === 'units') hooks.onUnits(event.units)
        else {
          answered()
          if (hooks.signal.aborted) return fail(cancelled())
          if (event.kind === 'failed') return fail(new FailureError(event.failure.kind, event.failure.message, { document: name }))
          end()
          resolve(event.document)
        }
      },
      () => fail(new FailureError('reader-crashed', `The reader stopped while it read “${name}”: the file is damaged, or needs more memory than there is. Other documents are not affected.`, { document: name })),
    )
    hooks.signal.addEventListener('abort', cancel, { once: true })
    if (hooks.signal.aborted) fail(cancelled())
    else live.page.send({ kind: 'parse', job: task.job, source: world.issueSource(task.path), fileName: name, bytes: task.bytes, password: task.password })
  })
}
