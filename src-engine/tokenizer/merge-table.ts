/** Which two tokens become which, and how soon: an open-addressed table over typed arrays, since it is asked for every pair of every new word. */
export interface MergeTable {
  /** The position of the pair's merge among all merges, or -1. */
  rank(left: number, right: number): number
  /** The token that the merge of this rank makes. */
  result(rank: number): number
}

/** `pairs`: left and right token of each merge in turn, by rank; of equal pairs the first counts. `results`: the token made, by rank. */
export function createMergeTable(pairs: Int32Array, results: Int32Array): MergeTable {
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
