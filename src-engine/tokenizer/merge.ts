/**
 * Byte-pair encoding of one word: of all neighbouring pairs the one with the lowest rank merges first, of equal ones the leftmost, until none is
 * left (Sennrich et al. 2016). A linked list and a heap, so that a word of n bytes takes n log n steps: "words" of a megabyte exist.
 */
import type { Merges } from './merges'

interface Merger {
  /** Appends the word's tokens through `push`. */
  merge(bytes: Uint8Array, start: number, end: number, push: (id: number) => void): void
}

/** Heap keys hold rank and position in one exact number. */
const positionSpan = 2 ** 31

/** `byteIds`: the token of each byte, -1 for a byte without one: it is left out of the result, as libllama does. */
export function createMerger(merges: Merges, byteIds: Int32Array): Merger {
  // Of the part that begins at each byte of the word: its token, the part after it and the one before, the rank of merging it with the one after.
  let { tokens, nexts, befores, ranks } = emptyParts(256)
  let bytes: Uint8Array = new Uint8Array(0)
  let start = 0
  let length = 0
  const heap = createHeap()

  function fill(): void {
    if (length > tokens.length) ({ tokens, nexts, befores, ranks } = emptyParts(length * 2))
    for (let i = 0; i < length; i++) {
      tokens[i] = byteIds[bytes[start + i] ?? 0] ?? -1
      nexts[i] = i + 1
      befores[i] = i - 1
    }
  }

  function offer(left: number): void {
    const right = nexts[left] ?? length
    const rank = right < length ? merges.rank(tokens[left] ?? -1, tokens[right] ?? -1, bytes, start + left, start + (nexts[right] ?? length)) : -1
    ranks[left] = rank
    if (rank >= 0) heap.push(rank * positionSpan + left)
  }

  function mergeAt(left: number): void {
    const right = nexts[left] ?? length
    const after = nexts[right] ?? length
    const before = befores[left] ?? -1
    tokens[left] = merges.result(ranks[left] ?? 0)
    ranks[right] = -1
    nexts[left] = after
    if (after < length) befores[after] = left
    if (before >= 0) offer(before)
    offer(left)
  }

  return {
    merge(all, from, to, push) {
      bytes = all
      start = from
      length = to - from
      fill()
      for (let i = 0; i < length; i++) offer(i)
      for (let key = heap.pop(); key >= 0; key = heap.pop()) {
        const rank = Math.floor(key / positionSpan)
        const left = key - rank * positionSpan
        // An entry is stale once one of its two was merged into another.
        if (ranks[left] === rank) mergeAt(left)
      }
      for (let at = 0; at < length; at = nexts[at] ?? length) {
        const id = tokens[at] ?? -1
        if (id >= 0) push(id)
      }
    },
  }
}

function emptyParts(length: number) {
  return { tokens: new Int32Array(length), nexts: new Int32Array(length), befores: new Int32Array(length), ranks: new Int32Array(length) }
}

interface Heap {
  push(key: number): void
  /** The least key, or -1 of an empty heap. */
  pop(): number
}

function createHeap(): Heap {
  let keys = new Float64Array(256)
  let size = 0
  const at = (i: number): number => keys[i] ?? 0
  return {
    push(key) {
      if (size === keys.length) {
        const larger = new Float64Array(size * 2)
        larger.set(keys)
        keys = larger
      }
      let i = size++
      for (let parent = (i - 1) >> 1; i > 0 && at(parent) > key; parent = (i - 1) >> 1) {
        keys[i] = at(parent)
        i = parent
      }
      keys[i] = key
    },
    pop() {
      if (size === 0) return -1
      const least = at(0)
      const key = at(--size)
      let i = 0
      for (let child = 1; child < size; child = i * 2 + 1) {
        if (child + 1 < size && at(child + 1) < at(child)) child++
        if (at(child) >= key) break
        keys[i] = at(child)
        i = child
      }
      keys[i] = key
      return least
    },
  }
}
