import type { ReadEnd } from '../../src-engine/protocol'
import type { FailureError } from '../../src-main/contract/failure'
import type { ReadTaskHooks, ReadingTask } from '../../src-main/reading/reader'

/** Tokens of every document. */
export const scriptedTokens = 2_048
/** Units of it: each takes a compute chunk. */
export const scriptedUnits = 4

/** A reader whose steps a test takes, and the disk that it writes to. */
export interface ScriptedReader {
  readonly read: (task: ReadingTask, hooks: ReadTaskHooks) => Promise<ReadEnd>
  readonly keptTokens: () => Promise<ReadonlyMap<string, number>>
  /** The document that is read now; null for none. */
  readonly document: string | null
  /** Each document that was begun, in order. */
  readonly begun: readonly string[]
  readonly rest: (share: number) => Promise<void>
  /** As it was told last. */
  readonly restShare: number
  /** Reads so many tokens more of the document, and keeps them; at its end the reading ends. */
  step(tokens: number): void
  /** The reading ends with a failure. */
  fail(error: FailureError): void
}

export function scriptedReader(disk: Map<string, number> = new Map<string, number>()): ScriptedReader {
  const begun: string[] = []
  let now: { readonly task: ReadingTask; readonly hooks: ReadTaskHooks; end(): void; fail(error: Error): void } | null = null
  let restShare = 0
  const nameOf = ({ document, model }: ReadingTask): string => `${document} ${model}`

  return {
    read: (task, hooks) =>
      new Promise((resolve, reject) => {
        const reading = nameOf(task)
        const reused = disk.get(reading) ?? 0
        const end = (): void => {
          now = null
          const read = disk.get(reading) ?? 0
          const tokens = { read, total: scriptedTokens, reused, prefilled: read - reused }
          resolve({ reading, tokens, textRead: 0, bytes: read, setAside: null, weights: 'resident', milliseconds: 1 })
        }
        now = { task, hooks, end, fail: (error) => { now = null; reject(error) } }
        begun.push(task.document)
        hooks.signal.addEventListener('abort', end, { once: true })
        hooks.onBegun({ reading, tokensTotal: scriptedTokens, chunkTokens: scriptedTokens / scriptedUnits, unitsAt: [1, 2, 3, 4] })
      }),
    rest(share) {
      restShare = share
      return Promise.resolve()
    },
    get restShare() {
      return restShare
    },
    keptTokens: () => Promise.resolve(new Map(disk)),
    get document() {
      return now?.task.document ?? null
    },
    begun,
    step(tokens) {
      if (now === null) throw new Error('nothing is being read')
      const { task, hooks, end } = now
      const read = (disk.get(nameOf(task)) ?? 0) + tokens
      disk.set(nameOf(task), read)
      hooks.onProgress(read, scriptedTokens, scriptedTokens - read)
      if (read >= scriptedTokens) end()
    },
    fail(error) {
      now?.fail(error)
    },
  }
}
