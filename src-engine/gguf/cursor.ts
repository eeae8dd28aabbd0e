import { decodeUtf8 } from '../utf8'
import { GgufError, type ByteSource } from './file'

/** Header bytes read at once; a longer string is read whole. */
const windowBytes = 1 << 20

/** Reads little-endian values one after the other, never past the end of the source or past `endMax`. */
export interface Cursor {
  position(): number
  /** The number of bytes that may still be read. */
  left(): number
  u8(): number
  u32(): number
  u64(): bigint
  /** A view of the next `length` bytes, valid until the next call. `what` names them if the file ends before. */
  bytes(length: number, what: string): Uint8Array
  /** A length of eight bytes and as many bytes of well-formed UTF-8; `index` is the place in a list called `what`. */
  text(what: string, index?: number): string
}

const nameOf = (what: string, index: number | undefined): string => (index === undefined ? what : `${what}[${index}]`)

/** `endMax`: the position that a header may not reach, so that no header can ask for more time or memory than is reasonable. */
export function openCursor(source: ByteSource, endMax: number): Cursor {
  const end = Math.min(source.length, endMax)
  let at = 0
  let windowStart = 0
  let window = new Uint8Array(0)

  function bytes(length: number, what: string): Uint8Array {
    if (at + length > source.length) throw new GgufError(`is cut off: it ends inside ${what}`)
    if (at + length > end) throw new GgufError(`has a header of more than ${endMax >> 20} MB, which no model needs`)
    if (at < windowStart || at + length > windowStart + window.length) {
      windowStart = at
      window = new Uint8Array(source.read(at, Math.min(Math.max(length, windowBytes), source.length - at)))
    }
    const start = at - windowStart
    at += length
    return window.subarray(start, start + length)
  }

  const view = (length: number): DataView => {
    const part = bytes(length, 'its header')
    return new DataView(part.buffer, part.byteOffset, length)
  }

  return {
    position: () => at,
    left: () => end - at,
    u8: () => view(1).getUint8(0),
    u32: () => view(4).getUint32(0, true),
    u64: () => view(8).getBigUint64(0, true),
    bytes,
    text(what, index) {
      const part = bytes(8, what)
      const low = ((part[0] ?? 0) | ((part[1] ?? 0) << 8) | ((part[2] ?? 0) << 16) | ((part[3] ?? 0) << 24)) >>> 0
      const high = ((part[4] ?? 0) | ((part[5] ?? 0) << 8) | ((part[6] ?? 0) << 16) | ((part[7] ?? 0) << 24)) >>> 0
      // Exact up to 2^53 and more than any file above it.
      const length = high * 2 ** 32 + low
      if (length > source.length - at) throw new GgufError(`is damaged or cut off: ${nameOf(what, index)} claims ${length} bytes and ${source.length - at} are left`)
      const text = decodeUtf8(bytes(length, what))
      if (text === null) throw new GgufError(`is damaged: ${nameOf(what, index)} is not text`)
      return text
    },
  }
}
