import { basename } from 'node:path'
import { createEngineHost, type EngineHost } from '../../src-main/engine-host/host'
import type { DeviceMemo } from '../../src-main/engine-host/device-trust'
import type { ThreadMemo } from '../../src-main/engine-host/thread-memo'
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

/** It is killed at the first event for which this is so; what it said after that is not heard. */
export function killedAt(engine: EngineProcess, isThere: (event: EngineEvent) => boolean): EngineProcess {
  let isKilled = false
  const onEvent: EngineProcess['onEvent'] = (listener) => engine.onEvent((event) => {
    if (isKilled) return
    isKilled = isThere(event)
    if (isKilled) engine.kill()
    listener(event)
  })
  return { ...engine, onEvent }
}

/** What is kept of devices, in memory alone. */
export function deviceMemo(device: string): DeviceMemo {
  let deviceTrouble: string | null = null
  return {
    read: () => ({ device, deviceTrouble }),
    write: async (change) => {
      await Promise.resolve()
      if (change.deviceTrouble !== undefined) ({ deviceTrouble } = change)
    },
  }
}

/** What is kept of threads, in memory alone. */
export function threadMemo(): ThreadMemo {
  const kept = new Map<string, number>()
  return {
    known: (path, device) => Promise.resolve(kept.get(`${path} ${device}`) ?? null),
    keep: (path, device, threads) => Promise.resolve(void kept.set(`${path} ${device}`, threads)),
  }
}

const describe = (path: string) => ({ name: basename(path), starter: true })

/** Main's host over the real engine, which may be silent for as long as other programs keep a computer from it. */
export const forkedHost = (spawn: () => EngineProcess = forkEngine, devices: DeviceMemo = deviceMemo('cpu')): EngineHost =>
  createEngineHost({
    spawn, devices, describe, threads: threadMemo(), log: { write: () => undefined }, now: () => performance.now(), hangMilliseconds: 120_000,
  })
