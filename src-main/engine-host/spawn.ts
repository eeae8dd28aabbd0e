import { utilityProcess } from 'electron'
import type { EngineEvent } from '../../src-engine/protocol'
import type { Log } from '../log'
import type { EngineProcess } from './process-keeper'

const lineMax = 500

/** The engine as a process of its own: what it says on its outputs goes to the log, never to ours. */
export function spawnEngine(script: string, log: Log): EngineProcess {
  const child = utilityProcess.fork(script, [], { serviceName: 'Longleaf engine', stdio: 'pipe' })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => log.write('info', `engine output: ${chunk.toString('utf8').trimEnd().slice(0, lineMax)}`))
  }
  return {
    send: (request) => child.postMessage(request),
    onEvent: (listener) => child.on('message', (event: EngineEvent) => listener(event)),
    onExit: (listener) => child.once('exit', () => listener()),
    // A hung process does not hear a polite signal.
    kill() {
      const { pid } = child
      if (pid === undefined) child.kill()
      else process.kill(pid, 'SIGKILL')
    },
  }
}
