/**
 * The tokenizer's view of bytes that may not be UTF-8, the same as libllama's: a sequence counts if its continuation bytes are there, even if
 * it is overlong or a surrogate; any other byte is read as U+FFFD. `normalise` writes the text so read in its shortest form, after which the
 * first byte of a character alone gives its length.
 */
const replacement = 0xfffd

/** Length of a character of normalised bytes, by its first byte. */
export const lengthByLead = (lead: number): 1 | 2 | 3 | 4 => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)

/** The same array if nothing has to be changed. */
export function normalise(bytes: Uint8Array): Uint8Array {
  let at = 0
  while (at < bytes.length && (bytes[at] ?? 0) < 0x80) at++
  if (at === bytes.length) return bytes
  // The longest growth: one byte that becomes the three of U+FFFD.
  const result = new Uint8Array(bytes.length * 3)
  result.set(bytes.subarray(0, at))
  let size = at
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      result[size++] = lead
      at++
      continue
    }
    const length = lead < 0xc0 || lead > 0xf7 ? 0 : lengthByLead(lead)
    const point = length === 0 ? -1 : pointOf(bytes, at, length)
    at += point < 0 ? 1 : length
    size = write(result, size, point < 0 || point > 0x10ffff ? replacement : point)
  }
  return result.subarray(0, size)
}

/** -1 where a continuation byte is missing. */
function pointOf(bytes: Uint8Array, at: number, length: number): number {
  let point = (bytes[at] ?? 0) & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0
    if ((byte & 0xc0) !== 0x80) return -1
    point = (point << 6) | (byte & 0x3f)
  }
  return point
}

function write(result: Uint8Array, start: number, point: number): number {
  let size = start
  if (point < 0x80) {
    result[size++] = point
    return size
  }
  if (point < 0x800) result[size++] = 0xc0 | (point >> 6)
  else {
    if (point < 0x10000) result[size++] = 0xe0 | (point >> 12)
    else {
      result[size++] = 0xf0 | (point >> 18)
      result[size++] = 0x80 | ((point >> 12) & 0x3f)
    }
    result[size++] = 0x80 | ((point >> 6) & 0x3f)
  }
  result[size++] = 0x80 | (point & 0x3f)
  return size
}
