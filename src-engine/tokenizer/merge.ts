/**
 * Byte-pair encoding of one word: of all neighbouring pairs the one with the lowest rank merges first, of equal ones the leftmost, until none is
 * left (Sennrich et al. 2016). A linked list and a heap, so that a word of n bytes takes n log n steps: "words" of a megabyte exist.
 */
import type { MergeTable } from './merge-table'

export interface Merger {
  /** Appends the word's tokens through `push`. */
  merge(bytes: Uint8Array, start: number, end: number, push: (id: number) => void): void
}

/** Heap keys hold rank and position in one exact number. */
const positionSpan = 2 ** 31

/** `byteIds`: the token of each byte, -1 for a byte without one: it is left out of the result, as libllama does. */
export function createMerger(table: MergeTable, byteIds: Int32Array): Merger {
  let tokens = new Int32Array(256)
  let nexts = new Int32Array(256)
  let befores = new Int32Array(256)
  const heap = createHeap()

  function offer(left: number, right: number): void {
    if (left < 0 || right < 0) return
    const rank = table.rank(tokens[left] ?? -1, tokens[right] ?? -1)
    if (rank >= 0) heap.push(rank * positionSpan + left)
  }

  function fill(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (length > tokens.length) {
      tokens = new Int32Array(length * 2)
      nexts = new Int32Array(length * 2)
      befores = new Int32Array(length * 2)
    }
    for (let i = 0; i < length; i++) {
      tokens[i] = byteIds[bytes[start + i] ?? 0] ?? -1
      nexts[i] = i + 1 < length ? i + 1 : -1
      befores[i] = i - 1
    }
    return length
  }

  return {
    merge(bytes, start, end, push) {
      const length = fill(bytes, start, end)
      for (let i = 0; i + 1 < length; i++) offer(i, i + 1)
      for (let key = heap.pop(); key >= 0; key = heap.pop()) {
        const rank = Math.floor(key / positionSpan)
        const left = key - rank * positionSpan
        const right = nexts[left] ?? -1
        // An entry is stale once one of its two was merged into another; then the pair has another rank, or no right half.
        if (right < 0 || (tokens[left] ?? -1) < 0 || table.rank(tokens[left] ?? -1, tokens[right] ?? -1) !== rank) continue
        const after = nexts[right] ?? -1
        tokens[left] = table.result(rank)
        tokens[right] = -2
        nexts[left] = after
        nexts[right] = -1
        if (after >= 0) befores[after] = left
        offer(befores[left] ?? -1, left)
        offer(left, after)
      }
      for (let at = 0; at >= 0 && at < length; at = nexts[at] ?? -1) {
        const id = tokens[at] ?? -1
        if (id >= 0) push(id)
      }
    },
  }
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
