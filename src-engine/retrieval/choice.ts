/**
 * Which blocks of a text the heads of one KV head look at: the first, the last ones, those that are pinned, and of the others those that seem to
 * have most of some query head's mass. Most of one head, not of all together, so that a single head that looks for something is not outvoted.
 */

/** A budget of blocks, and what of it is spent before anything is looked for. */
export interface ChoicePlan {
  /** Blocks that there are. */
  readonly blocks: number
  /** Blocks that are chosen, of all; at most `blocks`. */
  readonly budget: number
  /** Of them the first ones of the text. */
  readonly first: number
  /** Of them the last ones before the place of the token. */
  readonly recent: number
}

/** The masses of the query heads that share each KV head, f32 [heads / KV heads][blocks]. @param masses f32 [heads][blocks] */
export function massesOfGroups(masses: Float32Array, kvHeads: number): readonly Float32Array[] {
  const size = masses.length / kvHeads
  return Array.from({ length: kvHeads }, (_, kvHead) => masses.subarray(kvHead * size, (kvHead + 1) * size))
}

/** @param masses f32 [heads][blocks]. @returns the heads' most for each block */
export function mostOfHeads(masses: Float32Array, blocks: number): Float32Array {
  const most = new Float32Array(blocks)
  for (let at = 0; at < masses.length; at += blocks) {
    const own = masses.subarray(at, at + blocks)
    for (let block = 0; block < blocks; block++) {
      const mass = own[block] ?? 0
      if (mass > (most[block] ?? 0)) most[block] = mass
    }
  }
  return most
}

/**
 * A block that the token before looked at gives way only to one that seems to be worth so many times as much: others that hardly differ would have to be read
 * for every token.
 */
const heldWorth = 2
/** What comes before every score, a mass being at most 1. */
const rank = { pinned: 1 + heldWorth, recent: 2 + heldWorth, first: 3 + heldWorth } as const

/** Blocks that are there before anything is looked for. */
export interface Known {
  /** Come before all that have only a score. */
  readonly pinned: readonly number[]
  /** That the token before looked at. */
  readonly held: readonly number[]
}

/**
 * The chosen blocks, ascending.
 * @param scores [blocks], from 0 to 1
 */
export function chooseBlocks(scores: Float32Array, { blocks, budget, first, recent }: ChoicePlan, { pinned, held }: Known): readonly number[] {
  if (budget >= blocks) return Array.from({ length: blocks }, (_, block) => block)
  const ranks = scores.slice()
  for (const block of held) ranks[block] = heldWorth * (ranks[block] ?? 0)
  for (const block of pinned) ranks[block] = rank.pinned
  ranks.fill(rank.recent, Math.max(0, blocks - recent))
  ranks.fill(rank.first, 0, first)
  const least = nthLargest(ranks, budget)
  let equal = budget
  for (let block = 0; block < blocks; block++) if ((ranks[block] ?? 0) > least) equal--
  const chosen: number[] = []
  // Of what is equal the later ones: they are nearer.
  for (let block = blocks - 1; block >= 0; block--) {
    const own = ranks[block] ?? 0
    if (own > least || (own === least && equal-- > 0)) chosen.push(block)
  }
  return chosen.reverse()
}

/**
 * Of numbers that are not negative the one that so many are at least as large as: from digit to digit of their bits, which are in their order (a third of the
 * time of sorting them all).
 */
function nthLargest(numbers: Float32Array, nth: number): number {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)
  const counts = new Uint32Array(256)
  let [left, known, found] = [nth, 0, 0]
  for (let shift = 24; shift >= 0; shift -= 8) {
    counts.fill(0)
    for (const each of bits) if ((each & known) === found) counts[(each >>> shift) & 255] = (counts[(each >>> shift) & 255] ?? 0) + 1
    let digit = 255
    for (; digit > 0 && left > (counts[digit] ?? 0); digit--) left -= counts[digit] ?? 0
    found |= digit << shift
    known |= 255 << shift
  }
  return new Float32Array(Uint32Array.of(found).buffer)[0] ?? 0
}

/** The blocks with the highest scores, at most so many, and none that has no score at all. */
export function bestBlocks(scores: Float32Array, count: number): readonly number[] {
  const order = Array.from(scores.keys()).filter((block) => (scores[block] ?? 0) > 0)
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, count)
}

/** The mass of each head on the blocks that were not chosen, f32 [heads]. @param masses f32 [heads][blocks] */
export function unselectedMasses(masses: Float32Array, blocks: number, chosen: readonly number[]): Float32Array {
  const counts = new Float32Array(blocks).fill(1)
  for (const block of chosen) counts[block] = 0
  return Float32Array.from({ length: masses.length / blocks }, (_, head) => {
    const own = masses.subarray(head * blocks, (head + 1) * blocks)
    let sum = 0
    for (let block = 0; block < blocks; block++) sum += (own[block] ?? 0) * (counts[block] ?? 0)
    return sum
  })
}
