import { read } from 'node:fs'
import { open } from 'node:fs/promises'
import { StorageEndError, StorageError, type Storage } from './storage'

/**
 * A large read is split into so many bytes, which the threads of Node's pool fetch side by side. Its four are left as they are: with 8 or 16, scattered
 * blocks came 5 to 17 % faster from the disk and a quarter slower from memory, where most are (2 cores, `npm run bench -- reading`).
 */
const pieceBytes = 1 << 20

/**
 * A file as a storage: positional reads and writes, never mapped, so that a full disk or one that went is an error and no signal.
 * `sync` is fdatasync, which libuv carries out as F_FULLFSYNC on macOS and as FlushFileBuffers on Windows.
 * @param way 'new' for a file that must not be there yet
 * @throws StorageError
 */
export async function openFileStorage(path: string, way: 'new' | 'there'): Promise<Storage> {
  const file = await told(open(path, way === 'new' ? 'wx+' : 'r+'))
  return {
    length: async () => (await told(file.stat())).size,
    read: (offset, into) => told(readPieces(file.fd, offset, into)),
    async write(offset, bytes) {
      for (let done = 0; done < bytes.length;) done += (await told(file.write(bytes, done, bytes.length - done, offset + done))).bytesWritten
    },
    sync: () => told(file.datasync()),
    close: () => told(file.close()),
  }
}

type Ended = (error: Error | null) => void

/** By callbacks: a read of 32 KiB takes half the time of one by `FileHandle`. Ends when all pieces have: `into` is the caller's again then. */
function readPieces(descriptor: number, offset: number, into: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = Math.ceil(into.length / pieceBytes)
    let failure: Error | null = null
    const ended: Ended = (error) => {
      failure ??= error
      if (--left > 0) return
      if (failure === null) resolve()
      else reject(failure)
    }
    for (let at = 0; at < into.length; at += pieceBytes) readPiece(descriptor, offset, into, at, Math.min(at + pieceBytes, into.length), ended)
    if (into.length === 0) resolve()
  })
}

function readPiece(descriptor: number, offset: number, into: Uint8Array, at: number, end: number, ended: Ended): void {
  read(descriptor, into, at, end - at, offset + at, (error, bytesRead) => {
    if (error !== null) ended(error)
    else if (bytesRead === 0) ended(new StorageEndError(offset + at))
    else if (at + bytesRead < end) readPiece(descriptor, offset, into, at + bytesRead, end, ended)
    else ended(null)
  })
}

/** What the system says, as a sentence. */
async function told<T>(act: Promise<T>): Promise<T> {
  try {
    return await act
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw new StorageError(error.code, error)
    throw error
  }
}
