/** Reading what a storage says of the reading on it. Nothing is believed before its checksum. */
import { checksum } from './checksum'
import { blockTokens, pageBytes, placeSegment, recordBytes, recordHeadBytes, toPages, type KvLayout } from './layout'
import { decodeRecord, tokensOfRecord } from './record'
import { toSegment, type Segment } from './segment'
import { filled, type Storage } from './storage'
import { decodeSuperblock, headerStart, segmentsStart, type FoundSuperblock, type Superblock } from './superblock'

/** No identity is as long. */
const headerBytesMax = 1 << 16

/** The superblock that holds. @throws StorageError */
export async function findSuperblock(storage: Storage): Promise<FoundSuperblock> {
  const slots = await Promise.all([0, pageBytes].map((offset) => readOrNull(storage, offset, pageBytes)))
  const found = slots.map((bytes): FoundSuperblock => (bytes === null ? { kind: 'none' } : decodeSuperblock(bytes)))
  const [first, ...others] = found.filter((each) => each.kind === 'whole')
  if (first === undefined) return found.find(({ kind }) => kind === 'other-version') ?? { kind: 'none' }
  return others.reduce((best, each) => (each.superblock.generation > best.superblock.generation ? each : best), first)
}

/** The bytes of the identity; null where they are damaged. @throws StorageError */
export async function readHeader(storage: Storage, { headerBytes, headerChecksum }: Superblock): Promise<Uint8Array | null> {
  if (headerBytes > headerBytesMax) return null
  const bytes = await readOrNull(storage, headerStart, headerBytes)
  return bytes !== null && checksum(bytes) === headerChecksum ? bytes : null
}

/** The segments up to the first that is not the one that was committed. @throws StorageError */
export async function readSegments(storage: Storage, layout: KvLayout, superblock: Superblock): Promise<readonly Segment[]> {
  const end = Math.min(superblock.end, toPages(await storage.length()))
  const segments: Segment[] = []
  let expected: Expected = { index: 0, start: segmentsStart(superblock.headerBytes), firstToken: 0, previous: superblock.headerChecksum }
  while (segments.length < superblock.segments) {
    const segment = await readSegment(storage, layout, expected, end)
    if (segment === null) break
    segments.push(segment)
    expected = following(segment)
  }
  return segments.length === superblock.segments && expected.previous !== superblock.last ? segments.slice(0, -1) : segments
}

/** Where the next segment stands, and after what. */
export interface Expected {
  readonly index: number
  readonly start: number
  readonly firstToken: number
  readonly previous: number
}

export const following = ({ record, place, checksum: previous }: Segment): Expected =>
  ({ index: record.index + 1, start: place.end, firstToken: record.firstToken + record.tokens.length, previous })

async function readSegment(storage: Storage, layout: KvLayout, expected: Expected, end: number): Promise<Segment | null> {
  const head = await readOrNull(storage, expected.start, recordHeadBytes)
  const count = head === null ? 0 : tokensOfRecord(head)
  if (count === 0 || expected.firstToken % blockTokens !== 0 || placeSegment(layout, expected.start, count).end > end) return null
  const bytes = await readOrNull(storage, expected.start, recordBytes(layout, count))
  const decoded = bytes && decodeRecord(layout, bytes, count)
  if (decoded === null) return null
  const { record } = decoded
  const isNext = (['index', 'start', 'firstToken', 'previous'] as const).every((field) => record[field] === expected[field])
  return isNext ? toSegment(layout, record, decoded.checksum) : null
}

async function readOrNull(storage: Storage, offset: number, length: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(length)
  return (await filled(storage, offset, [bytes])) ? bytes : null
}
