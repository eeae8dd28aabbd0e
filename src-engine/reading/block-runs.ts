import type { Segment } from './segment'

/** Blocks of one layer that lie together in a segment, and together where they go. */
export interface BlockRun {
  readonly segment: Segment
  /** The first one's place in the extent: KV head * blocks of the segment + block. */
  readonly place: number
  readonly count: number
  /** The first one's place among the blocks that are read. */
  readonly at: number
}

/** The runs of some blocks of one KV head, in this order; what lies together is one run. Blocks count from the start of the reading. */
export function runsOfBlocks(segments: readonly Segment[], head: number, blocks: readonly number[]): readonly BlockRun[] {
  return coalesced(blocks.map((block, at) => {
    const segment = segments.findLast(({ firstBlock }) => firstBlock <= block)
    if (segment === undefined || block >= segment.firstBlock + segment.blocks) throw new RangeError(`There is no block ${block}.`)
    return { segment, place: head * segment.blocks + block - segment.firstBlock, count: 1, at }
  }))
}

/** The runs of blocks `first` up to `end` of some KV heads, in the order `[KV head][block]`. */
export function runsOfRange(segments: readonly Segment[], heads: readonly number[], first: number, end: number): readonly BlockRun[] {
  const touched = segments.filter(({ firstBlock, blocks }) => firstBlock < end && firstBlock + blocks > first)
  return coalesced(heads.flatMap((head, i) => touched.map((segment): BlockRun => {
    const from = Math.max(first, segment.firstBlock)
    const to = Math.min(end, segment.firstBlock + segment.blocks)
    return { segment, place: head * segment.blocks + from - segment.firstBlock, count: to - from, at: i * (end - first) + from - first }
  })))
}

/** The same blocks in runs of at most `blocksMax`. */
export function splitRuns(runs: readonly BlockRun[], blocksMax: number): readonly BlockRun[] {
  return runs.flatMap(({ segment, place, count, at }) => Array.from({ length: Math.ceil(count / blocksMax) }, (_, i) => {
    const done = i * blocksMax
    return { segment, place: place + done, count: Math.min(blocksMax, count - done), at: at + done }
  }))
}

function coalesced(runs: readonly BlockRun[]): readonly BlockRun[] {
  const joined: BlockRun[] = []
  for (const run of runs) {
    const before = joined.at(-1)
    const follows = before?.segment === run.segment && before.place + before.count === run.place && before.at + before.count === run.at
    if (follows) joined[joined.length - 1] = { ...before, count: before.count + run.count }
    else joined.push(run)
  }
  return joined
}
