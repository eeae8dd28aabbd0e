/** Where the parts of a reading lie, by FORMAT.md. Offsets and lengths are bytes. */
import type { ReadingIdentity } from './identity'

/** Parts begin at multiples of this, so that what is written never shares a page with what is committed. */
export const pageBytes = 4096
/** Tokens of a block, what is read at once of one layer and KV head. */
export const blockTokens = 64

/** What the lengths of all parts follow from. */
export type KvLayout = Pick<ReadingIdentity, 'layers' | 'kvHeads' | 'keyRowBytes' | 'valueRowBytes'>

export const toPages = (bytes: number): number => Math.ceil(bytes / pageBytes) * pageBytes

/** Blocks that so many tokens fill, the last perhaps in part. */
export const blocksOf = (tokens: number): number => Math.ceil(tokens / blockTokens)

/** Of one token, all layers and KV heads. */
export const tokenBytes = ({ layers, kvHeads, keyRowBytes, valueRowBytes }: KvLayout): number => layers * kvHeads * (keyRowBytes + valueRowBytes)

/** Of one block of one layer and KV head: the keys of its tokens, then their values. */
export const blockBytes = ({ keyRowBytes, valueRowBytes }: KvLayout): number => blockTokens * (keyRowBytes + valueRowBytes)

/** Keys and values of one layer: `[KV head][block][K | V]`, keys token by token and values number by number. */
export const extentBytes = (layout: KvLayout, tokens: number): number => layout.kvHeads * blocksOf(tokens) * blockBytes(layout)

/** Where a segment lies: its record, then the extents of its layers. */
export interface SegmentPlace {
  readonly start: number
  readonly extents: number
  /** From one extent to the next. */
  readonly stride: number
  /** Where the next segment starts. */
  readonly end: number
}

export function placeSegment(layout: KvLayout, start: number, tokens: number): SegmentPlace {
  const extents = start + toPages(recordBytes(layout, tokens))
  const stride = toPages(extentBytes(layout, tokens))
  return { start, extents, stride, end: extents + layout.layers * stride }
}

export const recordHeadBytes = 64

/** Of a segment's record: head; id, part and offset of each token; checksums of blocks; its own checksum. */
export const recordBytes = ({ layers, kvHeads }: KvLayout, tokens: number): number =>
  recordHeadBytes + 12 * tokens + 4 * layers * kvHeads * blocksOf(tokens) + 4
