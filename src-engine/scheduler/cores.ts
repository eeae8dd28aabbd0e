/** What the operating system says of the computer's cores. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { CoreTimes } from './threads'

export function coreTimes(): CoreTimes {
  const { user, system } = process.cpuUsage()
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  return { time: performance.now(), busy, own: (user + system) / 1000 }
}

/**
 * Cores that are whole ones, where two of what the system calls a core may be halves of the same; undefined where it does not tell.
 * @param folder of Linux's topology: each core's file names those that it shares its parts with
 */
export function physicalCores(folder = '/sys/devices/system/cpu'): number | undefined {
  try {
    const siblings = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name)).map((name) => readFileSync(join(folder, name, 'topology/thread_siblings_list'), 'utf8').trim())
    return siblings.length === 0 ? undefined : new Set(siblings).size
  } catch {
    return undefined
  }
}
