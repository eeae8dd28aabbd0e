import { freemem, totalmem } from 'node:os'
import type { ComputerMemory } from '../attention/mode'

/** Of all memory, what programs may count on where the system only says what nobody uses at all, not what it would give up. */
const usableShare = 0.5

/** What this computer has now; within a container, what that has. */
export function computerMemory(): ComputerMemory {
  const limit = process.constrainedMemory()
  const totalBytes = limit > 0 ? Math.min(totalmem(), limit) : totalmem()
  return { freeBytes: process.platform === 'darwin' ? totalBytes * usableShare : Math.min(process.availableMemory(), freemem()), totalBytes }
}
