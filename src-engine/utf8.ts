/**
 * UTF-8 without any platform: the pure parts of the engine run where TextDecoder is not known.
 * Well-formed means table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
 */

/** Bytes of the well-formed sequence at `at`, or 0 where there is none before `end`. */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 | 3 | 4 {
  const first = bytes[at]
  if (first === undefined || at >= end) return 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > end) return 0
  const second = bytes[at + 1] ?? 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}

/** The code point of a well-formed sequence of `length` bytes at `at`. */
export function codePointAt(bytes: Uint8Array, at: number, length: 1 | 2 | 3 | 4): number {
  const first = bytes[at] ?? 0
  if (length === 1) return first
  let point = first & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f)
  return point
}

const shortBytes = 64

function decodeAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) return null
    text += String.fromCharCode(byte)
  }
  return text
}

/** The text of bytes `start` to `end`; null if they are not well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | null {
  if (end - start <= shortBytes) {
    const text = decodeAscii(bytes, start, end)
    if (text !== null) return text
  }
  const parts: string[] = []
  let units: number[] = []
  for (let at = start; at < end;) {
    const length = sequenceLength(bytes, at, end)
    if (length === 0) return null
    const point = codePointAt(bytes, at, length)
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff))
    else units.push(point)
    if (units.length >= 4096) {
      parts.push(String.fromCharCode(...units))
      units = []
    }
    at += length
  }
  return parts.join('') + String.fromCharCode(...units)
}

/** The UTF-8 bytes of a text; an unpaired surrogate becomes U+FFFD, as in the WHATWG encoding standard. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let size = 0
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i)
    if (point < 0x80) {
      bytes[size++] = point
      continue
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const next = text.charCodeAt(i + 1)
      if (point < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00)
        i++
      } else point = 0xfffd
    }
    if (point < 0x800) bytes[size++] = 0xc0 | (point >> 6)
    else {
      if (point < 0x10000) bytes[size++] = 0xe0 | (point >> 12)
      else {
        bytes[size++] = 0xf0 | (point >> 18)
        bytes[size++] = 0x80 | ((point >> 12) & 0x3f)
      }
      bytes[size++] = 0x80 | ((point >> 6) & 0x3f)
    }
    bytes[size++] = 0x80 | (point & 0x3f)
  }
  return bytes.subarray(0, size)
}
