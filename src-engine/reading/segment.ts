/** A committed segment: where it lies, and which of its blocks were seen to be whole. */
import { blocksOf, placeSegment, type KvLayout, type SegmentPlace } from './layout'
import type { SegmentRecord } from './record'

export interface Segment {
  readonly record: SegmentRecord
  /** Checksum of the record. */
  readonly checksum: number
  readonly place: SegmentPlace
  /** Counted from the start of the reading. */
  readonly firstBlock: number
  readonly blocks: number
  /** [layer][KV head][block]: 1 where the block was read and its checksum was right. */
  readonly verified: Uint8Array
}

export function toSegment(layout: KvLayout, record: SegmentRecord, checksum: number): Segment {
  return {
    record,
    checksum,
    place: placeSegment(layout, record.start, record.tokens.length),
    firstBlock: blocksOf(record.firstToken),
    blocks: blocksOf(record.tokens.length),
    verified: new Uint8Array(record.blockChecksums.length),
  }
}
