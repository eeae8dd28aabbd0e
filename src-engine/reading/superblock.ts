/** Which segments of a reading exist. There are two places for it, written in turn, so that one of them is whole at any time. */
import { checksum } from './checksum'
import { pageBytes, toPages } from './layout'

export interface Superblock {
  /** Counts the superblocks of this file; the higher one holds. */
  readonly generation: number
  readonly headerBytes: number
  readonly headerChecksum: number
  readonly segments: number
  readonly tokens: number
  /** Where the next segment starts. */
  readonly end: number
  /** Checksum of the last segment's record, or of the header before the first. */
  readonly last: number
}

export const formatVersion = 3
const magic = new TextEncoder().encode('LONGLEAF')
/** Where the header starts. */
export const headerStart = 2 * pageBytes
/** Where the first segment starts. */
export const segmentsStart = (headerBytes: number): number => headerStart + toPages(headerBytes)
/** Where the superblock of a generation belongs. */
export const slotOf = (generation: number): number => (generation % 2) * pageBytes

const checksumAt = pageBytes - 4

export function encodeSuperblock(superblock: Superblock): Uint8Array {
  const bytes = new Uint8Array(pageBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(8, formatVersion, true)
  view.setUint32(12, superblock.headerBytes, true)
  view.setUint32(16, superblock.headerChecksum, true)
  view.setUint32(20, superblock.segments, true)
  view.setBigUint64(24, BigInt(superblock.generation), true)
  view.setBigUint64(32, BigInt(superblock.tokens), true)
  view.setBigUint64(40, BigInt(superblock.end), true)
  view.setUint32(48, superblock.last, true)
  view.setUint32(checksumAt, checksum(bytes.subarray(0, checksumAt)), true)
  return bytes
}

/** What stands in one of the two places: nothing that holds, the work of another version, or a superblock. */
export type FoundSuperblock = { readonly kind: 'none' } | { readonly kind: 'other-version' } | { readonly kind: 'whole'; readonly superblock: Superblock }

export function decodeSuperblock(bytes: Uint8Array): FoundSuperblock {
  const view = new DataView(bytes.buffer, bytes.byteOffset, pageBytes)
  if (magic.some((byte, i) => bytes[i] !== byte)) return { kind: 'none' }
  if (view.getUint32(8, true) !== formatVersion) return { kind: 'other-version' }
  if (view.getUint32(checksumAt, true) !== checksum(bytes.subarray(0, checksumAt))) return { kind: 'none' }
  return {
    kind: 'whole',
    superblock: {
      headerBytes: view.getUint32(12, true),
      headerChecksum: view.getUint32(16, true),
      segments: view.getUint32(20, true),
      generation: Number(view.getBigUint64(24, true)),
      tokens: Number(view.getBigUint64(32, true)),
      end: Number(view.getBigUint64(40, true)),
      last: view.getUint32(48, true),
    },
  }
}
