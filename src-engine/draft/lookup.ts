/**
 * Finds where the last tokens of a text stood before, and what followed there: an answer that quotes goes on as the document does
 * (prompt lookup decoding, Saxena 2023; the same idea as LLMA, arXiv 2304.04487).
 */

export interface Match {
  /** How many of the last tokens stand there too, up to `lengthMax`. */
  readonly length: number
  /** What followed. */
  readonly next: Int32Array
}

interface Lookup {
  push(token: number): void
  /** The longest match, of equal ones the latest, and up to `count` tokens that followed it. */
  find(count: number): Match | null
}

/** So many tokens have to be the same. */
const lengthMin = 3
/** Longer matches are not better. */
export const lengthMax = 32
/** Places that are compared, latest first: a text full of one phrase must not cost more than another. */
const placesMax = 32

export function createLookup(tokens: ArrayLike<number>): Lookup {
  let all = new Int32Array(2 * tokens.length + 64)
  /** The place before with the same three last tokens (or with their hash), by the place behind them; 0 for none. */
  let before = new Int32Array(all.length)
  const heads = new Int32Array(2 ** Math.ceil(Math.log2(all.length)))
  let size = 0

  function slotAt(end: number): number {
    const hash = Math.imul(Math.imul(Math.imul(all[end - 3] ?? 0, 0x9e3779b1) ^ (all[end - 2] ?? 0), 0x85ebca6b) ^ (all[end - 1] ?? 0), 0xc2b2ae35)
    return (hash ^ (hash >>> 15)) & (heads.length - 1)
  }

  function push(token: number): void {
    if (size + 1 === all.length) [all, before] = [enlarged(all), enlarged(before)]
    all[size++] = token
    if (size < lengthMin) return
    const slot = slotAt(size)
    before[size] = heads[slot] ?? 0
    heads[slot] = size
  }

  function lengthAt(place: number): number {
    let length = 0
    while (length < lengthMax && length < place && all[place - 1 - length] === all[size - 1 - length]) length++
    return length
  }

  for (let i = 0; i < tokens.length; i++) push(tokens[i] ?? 0)
  return {
    push,
    find(count) {
      let best = 0
      let length = lengthMin - 1
      let place = before[size] ?? 0
      for (let looked = 0; place > 0 && looked < placesMax && length < lengthMax; looked++) {
        const found = lengthAt(place)
        if (found > length) [best, length] = [place, found]
        place = before[place] ?? 0
      }
      return best === 0 ? null : { length, next: all.slice(best, Math.min(best + count, size)) }
    },
  }
}

function enlarged(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}
