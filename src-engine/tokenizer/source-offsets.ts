import { lengthByLead } from './lenient-utf8'
import type { Vocabulary } from './vocabulary'

/** Tokens and where each stands in the text that they were made of. */
export interface LocatedTokens {
  readonly ids: Int32Array
  /** First byte of each token in the text's UTF-8, and the byte after its last. */
  readonly byteStarts: Int32Array
  readonly byteEnds: Int32Array
  /** The same in UTF-16 units, out to whole characters: tokens that share a character overlap in it. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** `bytes`: the text that became `ids`, in well-formed UTF-8; an unpaired surrogate is one unit there and three bytes here. */
export function locateTokens(bytes: Uint8Array, ids: Int32Array, { tokens, byteIds }: Pick<Vocabulary, 'tokens' | 'byteIds'>): LocatedTokens {
  const [byteStarts, byteEnds, starts, ends] = [0, 1, 2, 3].map(() => new Int32Array(ids.length)) as [Int32Array, Int32Array, Int32Array, Int32Array]
  const isDropped = (at: number): boolean => at < bytes.length && (byteIds[bytes[at] ?? 0] ?? -1) < 0
  // The character that the place last looked at lies in: its first byte, how many it has, and its first unit.
  let character = 0
  let length = lengthByLead(bytes[0] ?? 0)
  let unit = 0
  function moveTo(at: number): void {
    while (character + length <= at) {
      character += length
      unit += length === 4 ? 2 : 1
      length = lengthByLead(bytes[character] ?? 0)
    }
  }
  let at = 0
  ids.forEach((id, i) => {
    while (isDropped(at)) at++
    byteStarts[i] = at
    moveTo(at)
    starts[i] = unit
    at += (tokens.ends[id + 1] ?? 0) - (tokens.ends[id] ?? 0)
    byteEnds[i] = at
    moveTo(at - 1)
    ends[i] = unit + (length === 4 ? 2 : 1)
  })
  return { ids, byteStarts, byteEnds, starts, ends }
}
