import { open, type FileHandle } from 'node:fs/promises'
import { StorageEndError, StorageError, type Storage } from './storage'

/** A large read is split into so many bytes, which the threads of Node's pool fetch side by side. */
const pieceBytes = 1 << 20

/**
 * A file as a storage: positional reads and writes, never mapped, so that a full disk or one that went is an error and no signal.
 * `sync` is fdatasync, which libuv carries out as F_FULLFSYNC on macOS and as FlushFileBuffers on Windows.
 * @param way 'new' for a file that must not be there yet
 * @throws StorageError
 */
export async function openFileStorage(path: string, way: 'new' | 'there'): Promise<Storage> {
  const file = await told(() => open(path, way === 'new' ? 'wx+' : 'r+'))
  return {
    length: () => told(async () => (await file.stat()).size),
    read: (offset, into) => told(() => readPieces(file, offset, into)),
    write: (offset, bytes) => told(async () => {
      for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
    }),
    sync: () => told(() => file.datasync()),
    close: () => told(() => file.close()),
  }
}

async function readPieces(file: FileHandle, offset: number, into: Uint8Array): Promise<void> {
  const pieces = Array.from({ length: Math.ceil(into.length / pieceBytes) }, (_, i) => i * pieceBytes)
  // All have ended before an error is told: `into` is the caller's again then.
  const ended = await Promise.allSettled(pieces.map((at) => fill(file, offset + at, into.subarray(at, at + pieceBytes))))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

async function fill(file: FileHandle, offset: number, into: Uint8Array): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, offset + done)
    if (bytesRead === 0) throw new StorageEndError(offset + done)
    done += bytesRead
  }
}

/** What the system says, as a sentence. */
async function told<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw new StorageError(error.code, error)
    throw error
  }
}
