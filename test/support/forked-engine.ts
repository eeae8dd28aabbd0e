import { basename } from 'node:path'
import { createEngineHost, type EngineHost } from '../../src-main/engine-host/host'
import { startEngine } from './engine-process'
import type { EngineProcess } from '../../src-main/engine-host/process-keeper'
import type { EngineEvent } from '../../src-engine/protocol'

/** The real engine as a process of its own under plain Node, in the shape that main's host takes. */
export function forkEngine(): EngineProcess {
  const { child, send } = startEngine()
  return {
    send,
    onEvent: (listener) => void child.on('message', (event) => listener(event as EngineEvent)),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Main's host over the real engine. */
export const forkedHost = (spawn: () => EngineProcess = forkEngine): EngineHost =>
  createEngineHost({ spawn, describe: (path) => ({ name: basename(path), starter: true }), log: { write: () => undefined }, now: () => performance.now() })
