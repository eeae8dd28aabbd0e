import { hashBytes, sameBytes } from './byte-keys'

/** Remembers the tokens of words already seen: text repeats itself, so that most words are never merged twice. */
interface WordCache {
  /** Appends the word's tokens through `push` and is true if the word is known. */
  replay(bytes: Uint8Array, start: number, end: number, push: (id: number) => void): boolean
  /** `ids` from `from` to `to` are the word's tokens. */
  remember(bytes: Uint8Array, start: number, end: number, ids: Int32Array, from: number, to: number): void
}

const slots = 1 << 17
const wordsMax = 1 << 16
const wordBytesMax = 48
const arenaBytes = wordsMax * 16

export function createWordCache(): WordCache {
  // Slots hold word number + 1. Word w has the bytes keyEnds[w] to keyEnds[w + 1] and tokens likewise. A full cache begins anew.
  const index = new Int32Array(slots)
  const keyEnds = new Int32Array(wordsMax + 1)
  const tokenEnds = new Int32Array(wordsMax + 1)
  const keys = new Uint8Array(arenaBytes)
  const tokens = new Int32Array(arenaBytes)
  let words = 0

  function slotOf(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hashBytes(bytes, start, end) & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const word = index[slot] ?? 0
      if (word === 0) return slot
      const from = keyEnds[word - 1] ?? 0
      if ((keyEnds[word] ?? 0) - from === end - start && sameBytes(keys, from, bytes, start, end - start)) return slot
    }
  }

  return {
    replay(bytes, start, end, push) {
      if (end - start > wordBytesMax) return false
      const word = (index[slotOf(bytes, start, end)] ?? 0) - 1
      if (word < 0) return false
      const stop = tokenEnds[word + 1] ?? 0
      for (let i = tokenEnds[word] ?? 0; i < stop; i++) push(tokens[i] ?? 0)
      return true
    },
    remember(bytes, start, end, ids, from, to) {
      if (end - start > wordBytesMax) return
      if (words === wordsMax || (keyEnds[words] ?? 0) + end - start > arenaBytes) {
        index.fill(0)
        words = 0
      }
      const keyEnd = keyEnds[words] ?? 0
      const tokenEnd = tokenEnds[words] ?? 0
      keys.set(bytes.subarray(start, end), keyEnd)
      tokens.set(ids.subarray(from, to), tokenEnd)
      keyEnds[words + 1] = keyEnd + end - start
      tokenEnds[words + 1] = tokenEnd + to - from
      index[slotOf(bytes, start, end)] = ++words
    },
  }
}
