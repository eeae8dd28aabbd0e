import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'

/** Memory of this computer, or what its container may use of it. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem()
}

/** Bytes that an ordinary user may still write to the disk of a folder, which need not be there yet; null where that cannot be found out. */
export async function freeBytesAt(folder: string): Promise<number | null> {
  const found = await statfs(folder).catch(() => null)
  if (found !== null) return found.bavail * found.bsize
  return dirname(folder) === folder ? null : freeBytesAt(dirname(folder))
}
