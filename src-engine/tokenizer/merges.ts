import type { TokenTable } from './token-bytes'

/** Which two neighbouring tokens become one, and how soon: it is asked for every pair of every new word. */
export interface Merges {
  /** The rank of merging tokens `left` and `right`, which together write the bytes `start` to `end`; -1 where they do not merge. */
  rank(left: number, right: number, bytes: Uint8Array, start: number, end: number): number
  /** The token that the merge of this rank makes. */
  result(rank: number): number
}

/** Any two merge that together write a token; its number is the rank. */
export const rankedMerges = (table: TokenTable): Merges => ({
  rank: (_left, _right, bytes, start, end) => table.find(bytes, start, end),
  result: (rank) => rank,
})

/**
 * The pairs of a list, in its order: an open-addressed table over typed arrays. `pairs`: left and right token of each merge in turn, by rank; of equal
 * pairs the first counts. `results`: the token made, by rank.
 */
export function listedMerges(pairs: Int32Array, results: Int32Array): Merges {
  let slots = 16
  while (slots < results.length * 2) slots *= 2
  const mask = slots - 1
  const ranks = new Int32Array(slots).fill(-1)
  const slotOf = (left: number, right: number): number => {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    for (; ; slot = (slot + 1) & mask) {
      const rank = ranks[slot] ?? -1
      if (rank < 0 || (pairs[rank * 2] === left && pairs[rank * 2 + 1] === right)) return slot
    }
  }
  for (let rank = 0; rank < results.length; rank++) {
    const slot = slotOf(pairs[rank * 2] ?? 0, pairs[rank * 2 + 1] ?? 0)
    if (ranks[slot] === -1) ranks[slot] = rank
  }
  return {
    rank: (left, right) => ranks[slotOf(left, right)] ?? -1,
    result: (rank) => results[rank] ?? 0,
  }
}
