import { z } from 'zod'
import type { ThreadMemo } from '../engine-host/thread-memo'
import { openMeasured, type MeasuredWorld } from './measured'

/** How many threads proved fastest, for each model file on what computes it, until the computer changes. */
export function openThreads(world: MeasuredWorld): ThreadMemo {
  const kept = openMeasured('measured-threads', z.number().int().positive(), world)
  const nameOf = (path: string, device: string): string => `${path} on ${device}`
  return {
    known: (path, device) => kept.get(nameOf(path, device)),
    keep: (path, device, threads) => kept.put(nameOf(path, device), threads),
  }
}
