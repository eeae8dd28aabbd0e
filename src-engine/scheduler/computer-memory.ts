import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { ComputerMemory } from '../attention/mode'

/** Of all memory, what programs may count on where the system only says what nobody uses at all, not what it would give up. */
const usableShare = 0.5

/** What this computer has now; within a container, what that has. */
export function computerMemory(): ComputerMemory {
  const limit = process.constrainedMemory()
  const isLimited = limit > 0 && limit < totalmem()
  const totalBytes = isLimited ? limit : totalmem()
  if (process.platform === 'darwin') return { freeBytes: totalBytes * usableShare, totalBytes }
  return { freeBytes: Math.min(process.availableMemory() + (isLimited ? filePages() : 0), totalBytes, freemem()), totalBytes }
}

/**
 * File pages of the control group that limits this process, bytes. They count as used there, as those of a reading that was read or written, and go as soon as
 * anything else needs the room. 0 where the system does not tell.
 */
function filePages(): number {
  for (const stat of statFiles(textOf('/proc/self/cgroup'))) {
    const pages = filePagesIn(textOf(stat))
    if (pages !== null) return pages
  }
  return 0
}

/**
 * Where what a process's control group takes may be told, best first. In a container its own group may be mounted as the root.
 * @param groups `/proc/self/cgroup`
 */
export function statFiles(groups: string): readonly string[] {
  const path = (pattern: RegExp): string => pattern.exec(groups)?.[1] ?? '/'
  const places = [['/sys/fs/cgroup/memory', /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/m], ['/sys/fs/cgroup', /^0::(.*)$/m]] as const
  return places.flatMap(([mounted, pattern]) => [...new Set([path(pattern), '/'])].map((group) => join(mounted, group, 'memory.stat')))
}

/** Bytes; null where nothing is said of them. @param stat `memory.stat` of a control group of version 1 or 2 */
export function filePagesIn(stat: string): number | null {
  const found = ['active_file', 'inactive_file'].map((name) => new RegExp(`^total_${name} (\\d+)$`, 'm').exec(stat) ?? new RegExp(`^${name} (\\d+)$`, 'm').exec(stat))
  return found.every((each) => each !== null) ? found.reduce((sum, each) => sum + Number(each?.[1]), 0) : null
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
