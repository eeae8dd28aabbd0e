import { hashBytes, sameBytes } from './byte-keys'

/**
 * What each token writes, one after the other: a hundred thousand small arrays would take twenty times the memory. Token t writes the bytes ends[t] to
 * ends[t + 1].
 */
export interface TokenBytes {
  readonly all: Uint8Array
  readonly ends: Int32Array
}

export function packTokenBytes(parts: readonly Uint8Array[]): TokenBytes {
  const ends = new Int32Array(parts.length + 1)
  parts.forEach((part, id) => (ends[id + 1] = (ends[id] ?? 0) + part.length))
  const all = new Uint8Array(ends[parts.length] ?? 0)
  parts.forEach((part, id) => all.set(part, ends[id]))
  return { all, ends }
}

/** A view of what a token writes; nothing for control tokens and for what is no token. */
export const bytesOf = ({ all, ends }: TokenBytes, id: number): Uint8Array => all.subarray(ends[id] ?? 0, ends[id + 1] ?? 0)

/** Tokens by what they write. */
export interface TokenTable {
  /** The token that writes bytes `start` to `end`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number
}

/** `ids`: the tokens that may be found; of two that write the same, the first counts. */
export function createTokenTable({ all, ends }: TokenBytes, ids: readonly number[]): TokenTable {
  let slots = 1024
  while (slots < ids.length * 2) slots *= 2
  const mask = slots - 1
  const index = new Int32Array(slots).fill(-1)

  function slotOf(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hashBytes(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const id = index[slot] ?? -1
      if (id < 0) return slot
      const from = ends[id] ?? 0
      if ((ends[id + 1] ?? 0) - from === end - start && sameBytes(all, from, bytes, start, end - start)) return slot
    }
  }

  let longest = 0
  for (const id of ids) {
    const [start = 0, end = 0] = [ends[id], ends[id + 1]]
    const slot = slotOf(all, start, end)
    if (index[slot] === -1) index[slot] = id
    longest = Math.max(longest, end - start)
  }
  return { find: (bytes, start, end) => (end - start > longest ? -1 : index[slotOf(bytes, start, end)] ?? -1) }
}
