import type { ByteSource } from '../../src-engine/gguf/reader'

/** A file in memory; `length` may be longer than its bytes, the rest being zero. A read outside it is an error of the reader under test. */
export function memorySource(bytes: Uint8Array, length = bytes.length): ByteSource {
  function read(offset: number, count: number): Uint8Array {
    if (offset < 0 || count < 0 || offset + count > length) throw new Error(`read of ${count} bytes at ${offset} outside a file of ${length}`)
    const part = new Uint8Array(count)
    part.set(bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + count, bytes.length)))
    return part
  }
  return {
    length,
    read,
    fill: async (offset, into) => {
      await Promise.resolve()
      into.set(read(offset, into.length))
    },
  }
}
