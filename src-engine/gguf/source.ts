import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from './file'

export interface FileSource extends ByteSource {
  close(): void
}

/** Opens a file for positional reads. @throws the error of node:fs; and if the file shrinks while it is read. */
export function openFileSource(path: string): FileSource {
  const descriptor = openSync(path, 'r')
  const { size } = fstatSync(descriptor)
  return {
    length: size,
    read(offset, length) {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length;) {
        const read = readSync(descriptor, bytes, done, length - done, offset + done)
        if (read === 0) throw new Error(`${path} ended at byte ${offset + done} while it was read`)
        done += read
      }
      return bytes
    },
    close: () => closeSync(descriptor),
  }
}
