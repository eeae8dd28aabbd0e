import { FailureError, type Failure } from '../contract/failure'
import type { Library } from './library'
import { methodNames, replySchema, type MethodName, type Reply, type Request } from './messages'
import { startWorker, type StartThread } from './thread'

interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens (and where needed creates or migrates) the library in a folder. Rejects with `library-newer`, `library-damaged`,
 * `library-busy`, `file-unreadable` or `disk-full`; never overwrites. Each method rejects with FailureError where a person can do something about it.
 */
export async function openLibrary(dataFolder: string, start: StartThread = startWorker): Promise<Library> {
  let wire: Wire | null = await openWire(start, dataFolder)
  let closed = false

  async function call(name: MethodName, values: readonly unknown[]): Promise<unknown> {
    if (closed) throw new Error(`the library was closed before “${name}”`)
    // A worker that died (out of memory, say) is replaced at the next call: the database on disk is whole.
    if (wire === null || wire.ended()) wire = await openWire(start, dataFolder)
    return wire.call(name, values)
  }

  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    await wire?.close()
    wire = null
  }
  // methodNames is proven to be all methods of Library, and Methods to give what each of them promises.
  return { ...Object.fromEntries(methodNames.map((name) => [name, (...values: readonly unknown[]) => call(name, values)])), close } as unknown as Library
}

interface Wire {
  readonly call: (name: MethodName, values: readonly unknown[]) => Promise<unknown>
  readonly close: () => Promise<void>
  readonly ended: () => boolean
}

function openWire(start: StartThread, dataFolder: string): Promise<Wire> {
  const thread = start(dataFolder)
  const calls = new Map<number, Call>()
  let count = 0
  let ended = false
  let whenEnded = (): void => { /* nobody waits yet */ }

  function call(name: MethodName, values: readonly unknown[]): Promise<unknown> {
    count += 1
    const request: Request = { call: count, name, values: [...values] }
    return new Promise((resolve, reject) => {
      calls.set(request.call, { resolve, reject })
      thread.post(request)
    })
  }
  const close = (): Promise<void> => new Promise((resolve) => {
    if (ended) { resolve(); return }
    whenEnded = resolve
    thread.post('close')
  })

  return new Promise((resolve, reject) => {
    thread.onMessage((message) => {
      const reply = replySchema.parse(message)
      if (reply.kind === 'opened') resolve({ call, close, ended: () => ended })
      else if (reply.kind === 'refused') reject(toError(reply.failure))
      else settle(reply, calls, reject)
    })
    thread.onEnd((cause) => {
      ended = true
      const failure = new FailureError('unexpected', 'The library stopped unexpectedly. What was being saved is not in it; everything before is. Try again.', { cause })
      for (const waiting of calls.values()) waiting.reject(failure)
      calls.clear()
      reject(failure)
      whenEnded()
    })
  })
}

function settle(reply: Exclude<Reply, { kind: 'opened' | 'refused' }>, calls: Map<number, Call>, refuse: (error: unknown) => void): void {
  const number = reply.call
  const waiting = number === null ? undefined : calls.get(number)
  if (number !== null) calls.delete(number)
  switch (reply.kind) {
    case 'value': waiting?.resolve(reply.value); break
    case 'failure': waiting?.reject(toError(reply.failure)); break
    case 'fault': {
      const fault = new Error(`library: ${reply.message}\n${reply.stack}`)
      if (waiting === undefined) refuse(fault)
      else waiting.reject(fault)
    }
  }
}

const toError = ({ kind, message, document }: { kind: Failure['kind']; message: string; document?: string | undefined }): FailureError =>
  new FailureError(kind, message, document === undefined ? {} : { document })
