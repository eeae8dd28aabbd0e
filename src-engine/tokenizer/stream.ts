/** Tokens end where they like, also inside a character; this gives text on as soon as its characters are whole. */
import { decodeUtf8, sequenceLength } from '../utf8'

interface TextStream {
  /** The text that these bytes complete; may be empty. */
  push(bytes: Uint8Array): string
  /** What is left when nothing more comes: U+FFFD for a character that was never completed. */
  end(): string
}

/** Bytes that cannot become a character are given as U+FFFD, one for each maximal part, as the Unicode Standard advises (3.9, table 3-8). */
export function createTextStream(): TextStream {
  let held = new Uint8Array(0)

  function take(bytes: Uint8Array, last: boolean): string {
    let text = ''
    let from = 0
    let at = 0
    while (at < bytes.length) {
      const length = sequenceLength(bytes, at, bytes.length)
      if (length > 0) {
        at += length
        continue
      }
      text += decodeUtf8(bytes, from, at) ?? ''
      const part = partLength(bytes, at)
      from = at
      if (at + part === bytes.length && !last && canGrow(bytes, at)) break
      text += '\ufffd'
      at += part
      from = at
    }
    const whole = at >= bytes.length
    text += decodeUtf8(bytes, from, whole ? bytes.length : from) ?? ''
    held = bytes.slice(whole ? bytes.length : from)
    return text
  }

  return {
    push(bytes) {
      const all = new Uint8Array(held.length + bytes.length)
      all.set(held)
      all.set(bytes, held.length)
      return take(all, false)
    },
    end: () => take(held, true),
  }
}

/** All of a text, read as the stream reads it. */
export function readUtf8(bytes: Uint8Array): string {
  const stream = createTextStream()
  return stream.push(bytes) + stream.end()
}

/** True if some continuation would make the bytes from `at` to the end a character. */
function canGrow(bytes: Uint8Array, at: number): boolean {
  const lead = bytes[at] ?? 0
  const wanted = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const trial = new Uint8Array(wanted)
  trial.set(bytes.subarray(at, at + wanted))
  const have = bytes.length - at
  if (have >= wanted) return false
  for (let i = have; i < wanted; i++) trial[i] = 0x80
  if (sequenceLength(trial, 0, wanted) > 0) return true
  // After E0 or F0 alone only a second byte above 0x80 makes a character.
  trial[1] = have === 1 ? 0xbf : trial[1] ?? 0
  if (sequenceLength(trial, 0, wanted) > 0) return true
  trial[1] = have === 1 ? 0x8f : trial[1] ?? 0
  return sequenceLength(trial, 0, wanted) > 0
}

/** Length of the part at `at` that one U+FFFD stands for: as much as could begin a character, at least one byte. */
function partLength(bytes: Uint8Array, at: number): number {
  let length = 1
  while (at + length < bytes.length && length < 3 && canGrow(bytes.subarray(0, at + length + 1), at)) length++
  return length
}
