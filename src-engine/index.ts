/** The engine's process: its port on one side, the loop on the other. */
import { listDevices } from './engine'
import { createLoop } from './scheduler/loop'
import { inspectModel } from './scheduler/inspect-model'
import { openModel } from './scheduler/open-model'
import { createReadingFolders } from './scheduler/reading-folder'
import { watchParent } from './scheduler/parent'
import { openPort } from './scheduler/port'

/** What was sent last needs a moment to leave the process. */
const farewellMilliseconds = 100

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
  inspectModel,
  listDevices,
  readings: createReadingFolders(),
  closed: () => setTimeout(() => process.exit(0), farewellMilliseconds),
})

process.on('uncaughtException', (error) => {
  port.send({ kind: 'log', level: 'error', message: error.stack ?? error.message })
  // The parent starts a new engine; this one cannot be trusted any more.
  setTimeout(die, farewellMilliseconds)
})
port.onRequest((request) => loop.take(request))
port.onClose(die)
watchParent(die)
port.send({ kind: 'hello', pid: process.pid })
