/** Reading blocks of segments; each is checked when it is read for the first time. */
import { placesOf, type BlockBytes } from './block-bytes'
import { splitRuns, type BlockRun } from './block-runs'
import type { BlocksInFile } from './blocks-in-file'
import { checksum } from './checksum'
import { blockBytes, type KvLayout } from './layout'
import type { Segment } from './segment'
import { filled, type Storage } from './storage'

/**
 * What is read at once, many of them side by side: large enough for the disk, and small enough to be checked while it is in the processor's cache. Node's
 * four threads for files are left as they are: with 16, scattered blocks came 5 to 36 % faster from the disk and 17 to 25 % slower from memory, where most
 * are (2 cores, `npm run bench -- reading`).
 */
const bytesAtOnce = 1 << 20

/**
 * Reads runs of blocks of a layer, each to its place in `into`. Null, or the first segment where something else stands than was committed; then `into` holds
 * nothing of use. @throws StorageError
 */
export async function readRuns(storage: Storage, layout: KvLayout, layer: number, runs: readonly BlockRun[], into: BlockBytes): Promise<Segment | null> {
  const parts = splitRuns(runs, Math.max(1, Math.floor(bytesAtOnce / blockBytes(layout))))
  const whole = await allOf(parts.map((part) => readRun(storage, layout, layer, part, into)))
  return firstOf(parts.filter((_, i) => whole[i] === false).map(({ segment }) => segment))
}

async function readRun(storage: Storage, layout: KvLayout, layer: number, { segment, place, count, at }: BlockRun, into: BlockBytes): Promise<boolean> {
  if (!(await filled(storage, offsetOf(layout, layer, segment, place), placesOf(into, layout, at, count)))) return false
  const first = indexOf(layout, layer, segment, place)
  for (let i = 0; i < count; i++) {
    if (segment.verified[first + i] === 1) continue
    if (checksum(...placesOf(into, layout, at + i, 1)) !== segment.record.blockChecksums[first + i]) return false
    segment.verified[first + i] = 1
  }
  return true
}

/** Where runs of a layer lie, one after the other; undefined if not all of their blocks were read and found whole yet. */
export function checkedRuns(layout: KvLayout, layer: number, runs: readonly BlockRun[]): BlocksInFile['runs'] | undefined {
  const areWhole = runs.every(({ segment, place, count }) => {
    const first = indexOf(layout, layer, segment, place)
    return !segment.verified.subarray(first, first + count).includes(0)
  })
  return areWhole ? runs.map(({ segment, place, count, at }) => ({ end: at + count, offset: offsetOf(layout, layer, segment, place) })) : undefined
}

/** Of a block, in the file. */
const offsetOf = (layout: KvLayout, layer: number, { place: { extents, stride } }: Segment, place: number): number =>
  extents + layer * stride + place * blockBytes(layout)

/** Of a block, among those of its segment. */
const indexOf = ({ kvHeads }: KvLayout, layer: number, { blocks }: Segment, place: number): number => layer * kvHeads * blocks + place

/** As Promise.all, but ends only when all have: what they read into is the caller's again then. */
async function allOf(reads: readonly Promise<boolean>[]): Promise<readonly boolean[]> {
  await Promise.allSettled(reads)
  return Promise.all(reads)
}

const firstOf = (segments: readonly Segment[]): Segment | null =>
  segments.reduce<Segment | null>((first, each) => (first === null || each.firstBlock < first.firstBlock ? each : first), null)
