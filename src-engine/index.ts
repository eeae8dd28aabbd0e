/** The engine's process: its port on one side, the loop on the other. */
import { createLoop } from './scheduler/loop'
import { openModel } from './scheduler/open-model'
import { watchParent } from './scheduler/parent'
import { openPort } from './scheduler/port'

const port = openPort()

/** A graph may be computing in a native thread, which an orderly exit would wait for. Nothing here has to be saved. */
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

const loop = createLoop({
  send: port.send,
  now: () => performance.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds)
    return () => clearInterval(timer)
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  openModel,
  closed: () => process.exit(0),
})

process.on('uncaughtException', (error) => {
  port.send({ kind: 'log', level: 'error', message: error.stack ?? error.message })
  // The parent starts a new engine; this one cannot be trusted any more. The message needs a moment to leave.
  setTimeout(die, 100)
})
port.onRequest((request) => loop.take(request))
port.onClose(die)
watchParent(die)
port.send({ kind: 'hello', pid: process.pid })
