import type { EngineEvent, EngineFailureKind, EngineRequest } from '../../src-engine/protocol'
import { assertNever, FailureError, type FailureKind } from '../contract/failure'

type Unsequenced<T> = T extends unknown ? Omit<T, 'seq'> : never
export type Verb = Unsequenced<EngineRequest>

/** Requests that wait for the engine's last word. */
export interface Requests {
  readonly waiting: number
  /** Sends a verb and hands every event of it to `each`; resolves with its `done`, rejects with its `failed`. */
  run(verb: Verb, send: (request: EngineRequest) => void, each: (event: EngineEvent) => void, signal?: AbortSignal): Promise<void>
  hear(event: EngineEvent): void
  /** Ends all that wait, as when the engine is gone. */
  failAll(error: FailureError): void
}

interface Pending {
  readonly event: (event: EngineEvent) => void
  readonly fail: (error: FailureError) => void
}

const failureKindOf = (kind: EngineFailureKind): FailureKind => {
  switch (kind) {
    case 'model-invalid': case 'model-unsupported': case 'model-missing': case 'context-exceeded': case 'out-of-memory': case 'device-failed': case 'disk-full': case 'reading-failed': case 'invalid-request': return kind
    case 'not-loaded': return 'model-missing'
    case 'broken-numbers': return 'model-invalid'
    case 'unexpected': return 'unexpected'
    default: return assertNever(kind)
  }
}

export function createRequests(): Requests {
  const pending = new Map<number, Pending>()
  let lastSeq = 0

  return {
    get waiting() {
      return pending.size
    },
    run: (verb, send, each, signal) =>
      new Promise((resolve, reject) => {
        const seq = ++lastSeq
        const cancel = (): void => send({ kind: 'cancel', seq: ++lastSeq, target: seq })
        const end = (): void => {
          pending.delete(seq)
          signal?.removeEventListener('abort', cancel)
        }
        const fail = (error: FailureError): void => {
          end()
          reject(error)
        }
        // Sent first: where the engine cannot even be started, nothing waits for it.
        send({ ...verb, seq })
        pending.set(seq, {
          fail,
          event(event) {
            if (event.kind === 'failed') fail(new FailureError(failureKindOf(event.failure.kind), event.failure.message))
            else if (event.kind !== 'done') each(event)
            else {
              end()
              resolve()
            }
          },
        })
        signal?.addEventListener('abort', cancel, { once: true })
        if (signal?.aborted === true) cancel()
      }),
    hear(event) {
      if (event.kind !== 'hello' && event.kind !== 'log') pending.get(event.seq)?.event(event)
    },
    failAll(error) {
      const waiting = [...pending.values()]
      pending.clear()
      for (const { fail } of waiting) fail(error)
    },
  }
}
