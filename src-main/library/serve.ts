import type { ImportId } from '../contract/imports'
import { FailureError } from '../contract/failure'
import { interruptUnfinished } from './answers'
import { connect, type Connection } from './connection'
import { isFinal, isSqliteError, toFailure } from './failures'
import type { NewDocument } from './library'
import { beginReclaim, hasChores, reclaim } from './maintenance'
import { isMethodName, requestSchema, type MethodName, type Reply } from './messages'
import { methods } from './methods'
import { resumeQueue } from './queue'
import type { StagedUnit } from './units'

/** The library's side of the wire: takes requests, gives replies. `idle` does a short piece of housekeeping; true while more is left. */
export interface Server {
  readonly answer: (message: unknown) => Reply
  readonly idle: () => boolean
  readonly close: () => void
}

/** Opens the library in a folder to be served. Throws FailureError where it cannot be opened. */
export function serve(folder: string, now: () => string = () => new Date().toISOString()): Server {
  const staged = new Map<ImportId, StagedUnit[]>()
  let connection: Connection | null = start(folder)
  let chores: 'none' | 'waiting' | 'under way' = hasChores(connection.db) ? 'waiting' : 'none'

  const db = (): Connection['db'] => (connection ??= connect(folder)).db
  const close = (): void => {
    connection?.close()
    connection = null
  }

  function call(name: string, values: readonly unknown[]): unknown {
    if (!isMethodName(name)) throw new Error(`the library has no method “${name}”`)
    // The arguments were typed where the call was made; both ends are compiled from one contract.
    const method = methods[name] as (world: Parameters<(typeof methods)[MethodName]>[0], ...values: readonly unknown[]) => unknown
    try {
      const value = method({ db: db(), staged, now }, ...values)
      if (name === 'delete') chores = 'waiting'
      return value
    } catch (error) {
      if (isFinal(error)) close()
      throw toFailure(error, doing(name, values), neededBytes(name, values))
    }
  }

  return {
    answer: (message) => {
      const request = requestSchema.safeParse(message)
      if (!request.success) return { kind: 'fault', call: null, message: request.error.message, stack: '' }
      const { call: number, name, values } = request.data
      try {
        return { kind: 'value', call: number, value: call(name, values) }
      } catch (error) {
        if (error instanceof FailureError) return { kind: 'failure', call: number, failure: error.failure }
        return { kind: 'fault', call: number, message: String(error), stack: error instanceof Error ? error.stack ?? '' : '' }
      }
    },
    idle: () => {
      try {
        if (chores === 'waiting') {
          beginReclaim(db())
          chores = 'under way'
        } else if (chores === 'under way' && !reclaim(db())) chores = 'none'
      } catch (error) {
        if (!isSqliteError(error)) throw error
        // Nobody waits for it, and it is still noted in the library: the next start tries again.
        if (isFinal(error)) close()
        chores = 'none'
      }
      return chores !== 'none'
    },
    close,
  }
}

function start(folder: string): Connection {
  const connection = connect(folder)
  interruptUnfinished(connection.db)
  resumeQueue(connection.db)
  return connection
}

function doing(name: string, values: readonly unknown[]): string {
  if (name === 'finish') return `save “${(values[1] as NewDocument).fileName}”`
  if (name === 'storeUnread') return `save “${(values[0] as NewDocument).fileName}”`
  if (name === 'delete') return 'remove the document'
  if (name === 'addAnswer' || name === 'saveAnswer') return 'save the answer'
  if (name === 'writeSettings') return 'save the settings'
  return 'read or change the library'
}

/** About what a document takes in the library: its text, index and boxes come to some times its characters, and seldom to more than its file. */
function neededBytes(name: string, values: readonly unknown[]): number {
  return name === 'finish' ? (values[1] as NewDocument).bytes : 0
}
