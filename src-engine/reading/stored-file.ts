/** What a file of the folder of readings says of itself, without what is kept in it. */
import { open, rm, stat, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openFileStorage } from './file-storage'
import { decodeIdentity, engineFormat, type FileIdentity } from './identity'
import { findSuperblock, readHeader } from './opening'
import { openReading, type OpenedReading } from './reading'
import type { Storage } from './storage'

interface StoredFile {
  readonly identity: FileIdentity
  readonly tokens: number
  readonly committedBytes: number
  readonly fileBytes: number
  /** Milliseconds since 1970. */
  readonly lastUse: number
}

/** Null if there is no reading in it. @throws StorageError; the error of node:fs */
export async function describe(path: string): Promise<StoredFile | null> {
  const storage = await openFileStorage(path, 'there')
  try {
    const found = await findSuperblock(storage)
    if (found.kind !== 'whole') return null
    const header = await readHeader(storage, found.superblock)
    const identity = header && decodeIdentity(header)
    if (identity === null) return null
    const { size, mtimeMs } = await stat(path)
    return { identity, tokens: found.superblock.tokens, committedBytes: found.superblock.end, fileBytes: size, lastUse: mtimeMs }
  } finally {
    await storage.close()
  }
}

/**
 * Removes a file that can never be used, and what stands behind the last segment of one that can. One that the disk does not give is left alone.
 * @param isIts whether what stands in it may stand there
 */
export async function clean(path: string, isIts: (identity: FileIdentity) => boolean): Promise<void> {
  const found = await describe(path).catch(() => undefined)
  if (found === undefined) return
  if (found === null || found.identity.engine !== engineFormat || !isIts(found.identity)) await rm(path)
  else if (found.fileBytes > found.committedBytes) await truncate(path, found.committedBytes)
}

/** What is of no use is removed. @throws StorageError; the error of node:fs */
export async function openFile(path: string, identity: FileIdentity): Promise<OpenedReading> {
  const storage = await openFileStorage(path, 'there')
  const opened = await openReading(storage, identity).catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  if (opened.kind === 'set-aside') {
    await storage.close()
    await rm(path)
  }
  return opened
}

/** A file that must not be there yet, and what `begin` writes to it; nothing is left of it where that fails. @throws StorageError; the error of node:fs */
export async function createFile<T>(path: string, begin: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openFileStorage(path, 'new')
  try {
    const begun = await begin(storage)
    await syncFolder(dirname(path))
    return begun
  } catch (error) {
    await storage.close()
    await rm(path, { force: true })
    throw error
  }
}

/** Makes sure that a new file is found after a power cut. A folder cannot be opened like this on Windows, where that is so by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
