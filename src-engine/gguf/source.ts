import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { GgufError, type ByteSource } from './file'

export interface FileSource extends ByteSource {
  close(): void
}

/** Opens a file for positional reads. @throws the error of node:fs; GgufError if it is no file, or shrinks while it is read. */
export function openFileSource(path: string): FileSource {
  const found = statSync(path)
  // Opening a named pipe would wait for its other end, for ever.
  if (!found.isFile()) throw new GgufError(`is ${found.isDirectory() ? 'a folder' : 'a device'}, not a GGUF model file`)
  const descriptor = openSync(path, 'r')
  return {
    length: found.size,
    read(offset, length) {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length;) {
        const read = readSync(descriptor, bytes, done, length - done, offset + done)
        if (read === 0) throw new GgufError(`became shorter while it was read: it ends at byte ${offset + done}`)
        done += read
      }
      return bytes
    },
    close: () => closeSync(descriptor),
  }
}
