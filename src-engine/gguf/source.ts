import { closeSync, fstatSync, openSync, read, readSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { GgufError, type ByteSource } from './file'

const readAsync = promisify(read)

export interface FileSource extends ByteSource {
  /** At once, or when what is under way has been read. May be called again. */
  close(): void
}

/** Opens a file for positional reads. @throws the error of node:fs; GgufError if it is no file, or shrinks while it is read. */
export function openFileSource(path: string): FileSource {
  const found = statSync(path)
  // Opening a named pipe would wait for its other end, for ever.
  if (!found.isFile()) throw new GgufError(`is ${found.isDirectory() ? 'a folder' : 'a device'}, not a GGUF model file`)
  const descriptor = openSync(path, 'r')
  let underWay = 0
  let state: 'open' | 'closing' | 'closed' = 'open'
  function closeIfUnused(): void {
    if (state !== 'closing' || underWay > 0) return
    closeSync(descriptor)
    state = 'closed'
  }
  return {
    length: found.size,
    read(offset, length) {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length;) {
        done += somethingRead(readSync(descriptor, bytes, done, length - done, offset + done), offset + done)
      }
      return bytes
    },
    async fill(offset, into) {
      underWay++
      try {
        for (let done = 0; done < into.length;) {
          if (state !== 'open') throw new Error('The file is closed.')
          const { size, mtimeMs } = fstatSync(descriptor)
          if (size === found.size && mtimeMs !== found.mtimeMs) throw new GgufError('was changed on its disk while it was used; choose it again')
          const { bytesRead } = await readAsync(descriptor, into, done, into.length - done, offset + done)
          done += somethingRead(bytesRead, offset + done)
        }
      } finally {
        underWay--
        closeIfUnused()
      }
    },
    close() {
      if (state === 'open') state = 'closing'
      closeIfUnused()
    },
  }
}

function somethingRead(bytes: number, at: number): number {
  if (bytes === 0) throw new GgufError(`became shorter while it was read: it ends at byte ${at}`)
  return bytes
}
