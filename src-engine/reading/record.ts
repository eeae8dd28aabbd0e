/** What a segment says of itself: its tokens, where they stand in the document, and the checksums of its blocks. */
import { checksum } from './checksum'
import { blocksOf, recordBytes, recordHeadBytes, toPages, type KvLayout } from './layout'

/** Where each token stands in the document; both as long as the tokens. */
export interface TokenSources {
  /** Index of the document's part, such as a page; -1 for a token that stands in none, as those of the chat template. */
  readonly parts: Int32Array
  /** The token's first UTF-16 unit in that part. */
  readonly offsets: Int32Array
}

export interface SegmentRecord {
  readonly index: number
  /** Checksum of the record before, or of the header: a record holds only after the very one that it was written after. */
  readonly previous: number
  /** Where the segment starts in the file. */
  readonly start: number
  /** Its first token, counted from the start of the reading. */
  readonly firstToken: number
  readonly tokens: Int32Array
  readonly sources: TokenSources
  /** [layer][KV head][block] */
  readonly blockChecksums: Uint32Array
}

const magic = new TextEncoder().encode('SEGMENT1')

/** Whole pages; `checksum` is what the next record calls `previous`. */
export function encodeRecord(layout: KvLayout, record: SegmentRecord): { readonly bytes: Uint8Array; readonly checksum: number } {
  const count = record.tokens.length
  const length = recordBytes(layout, count)
  const bytes = new Uint8Array(toPages(length))
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(8, count, true)
  view.setUint32(12, record.index, true)
  view.setUint32(16, record.previous, true)
  view.setBigUint64(24, BigInt(record.start), true)
  view.setBigUint64(32, BigInt(record.firstToken), true)
  let at = recordHeadBytes
  for (const numbers of [record.tokens, record.sources.parts, record.sources.offsets, record.blockChecksums]) {
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at)
    at += numbers.byteLength
  }
  const sum = checksum(bytes.subarray(0, at))
  view.setUint32(at, sum, true)
  return { bytes, checksum: sum }
}

/** Tokens of the segment whose record begins like this, as it says itself; 0 if it is no record. */
export function tokensOfRecord(head: Uint8Array): number {
  if (magic.some((byte, i) => head[i] !== byte)) return 0
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(8, true)
}

/** The record in `recordBytes` bytes for so many tokens; null where its checksum is wrong. */
export function decodeRecord(layout: KvLayout, bytes: Uint8Array, count: number): { readonly record: SegmentRecord; readonly checksum: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - 4
  const sum = checksum(bytes.subarray(0, end))
  if (tokensOfRecord(bytes) !== count || view.getUint32(end, true) !== sum) return null
  let at = recordHeadBytes
  // A copy of their own: the places of a view have to be multiples of 4.
  const numbers = (length: number): ArrayBuffer => bytes.slice(at, (at += 4 * length)).buffer
  const record = {
    index: view.getUint32(12, true),
    previous: view.getUint32(16, true),
    start: Number(view.getBigUint64(24, true)),
    firstToken: Number(view.getBigUint64(32, true)),
    tokens: new Int32Array(numbers(count)),
    sources: { parts: new Int32Array(numbers(count)), offsets: new Int32Array(numbers(count)) },
    blockChecksums: new Uint32Array(numbers(layout.layers * layout.kvHeads * blocksOf(count))),
  }
  return { record, checksum: sum }
}
