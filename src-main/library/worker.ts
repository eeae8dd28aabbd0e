import { parentPort, workerData } from 'node:worker_threads'
import { FailureError } from '../contract/failure'
import type { Reply } from './messages'
import { serve, type Server } from './serve'

/** The thread that holds the database. `workerData` is the folder of the library. */
const port = parentPort
if (port === null || typeof workerData !== 'string') throw new Error('the library worker runs as a worker thread, given the folder of the library')

const idleMilliseconds = 20
/** How long closing may take for housekeeping. */
const closeMilliseconds = 500
const reply = (message: Reply): void => { port.postMessage(message) }

function open(folder: string): Server | null {
  try {
    const server = serve(folder)
    reply({ kind: 'opened' })
    return server
  } catch (error) {
    if (error instanceof FailureError) reply({ kind: 'refused', failure: error.failure })
    else reply({ kind: 'fault', call: null, message: String(error), stack: error instanceof Error ? error.stack ?? '' : '' })
    port?.close()
    return null
  }
}

const server = open(workerData)
let idle: NodeJS.Timeout | undefined

/** Housekeeping in short pieces, only while nobody waits. */
function rest(served: Server): void {
  clearTimeout(idle)
  idle = setTimeout(() => {
    if (served.idle()) rest(served)
  }, idleMilliseconds)
}

if (server !== null) {
  rest(server)
  port.on('message', (message: unknown) => {
    if (message === 'close') {
      clearTimeout(idle)
      // What is not done by then is done after the next start.
      const until = performance.now() + closeMilliseconds
      while (server.idle() && performance.now() < until);
      server.close()
      port.close()
      return
    }
    reply(server.answer(message))
    rest(server)
  })
}
