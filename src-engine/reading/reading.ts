/**
 * A reading: keys and values of a document's tokens, on disk, in one file that only grows (FORMAT.md). It is written segment by segment; a segment exists
 * wholly or not at all. It may be forgotten, but it never gives other bytes than were committed.
 */
import { commonLength } from '../common-length'
import { expectBlocks, type BlockBytes } from './block-bytes'
import { runsOfBlocks, runsOfRange, type BlockRun } from './block-runs'
import type { BlocksInFile } from './blocks-in-file'
import { checksum } from './checksum'
import { Committed } from './committed'
import { expectIndex } from './expect'
import { decodeIdentity, differenceOf, encodeIdentity, type FileIdentity } from './identity'
import { blocksOf, blockTokens, pageBytes } from './layout'
import { findSuperblock, readHeader, readSegments } from './opening'
import type { TokenSources } from './record'
import type { Segment } from './segment'
import { SegmentDraft } from './segment-draft'
import { checkedRuns, readRuns } from './segment-reads'
import type { Storage } from './storage'
import { encodeSuperblock, headerStart, segmentsStart, slotOf, type Superblock } from './superblock'
import { SuperblockSlots } from './superblock-slots'

export type OpenedReading =
  /** `lostTokens`: how many it had more, before its file was damaged. */
  | { readonly kind: 'usable'; readonly reading: Reading; readonly lostTokens: number }
  /** It is of no use; `why` is a sentence. */
  | { readonly kind: 'set-aside'; readonly why: string }

/** Writes one segment: each layer once, in any order, then `commit` or `abandon`. */
export interface SegmentWriter {
  /** Of one layer. */
  readonly extentBytes: number
  /**
   * Writes `[KV head][block of 64 tokens][K: 64 rows of d | V: d rows of 64]`, the last block filled up with zeros. The bytes must not
   * change before that has ended. @throws RangeError; StorageError, and then only `abandon` is left
   */
  writeLayer(layer: number, extent: Uint8Array): Promise<void>
  /**
   * Makes the segment exist for good. After an error it does not, and the writer is over.
   * @throws StorageError, ReadingFailedError; ReadingDamagedError where what it follows was found damaged meanwhile
   */
  commit(): Promise<void>
  /** Forgets the segment. The writer is over when it has ended. */
  abandon(): Promise<void>
}

/** Starts a reading on a storage that has nothing on it yet. @throws StorageError */
export async function createReading(storage: Storage, identity: FileIdentity): Promise<Reading> {
  if ((await storage.length()) > 0) throw new Error('A reading starts on an empty file.')
  const header = encodeIdentity(identity)
  const headerChecksum = checksum(header)
  const superblock: Superblock = {
    generation: 1, headerBytes: header.length, headerChecksum, segments: 0, tokens: 0, end: segmentsStart(header.length), last: headerChecksum,
  }
  await storage.write(headerStart, header)
  await storage.sync()
  await storage.write(0, new Uint8Array(pageBytes))
  await storage.write(slotOf(superblock.generation), encodeSuperblock(superblock))
  await storage.sync()
  return new Reading(storage, identity, superblock, [])
}

/** Opens the reading on a storage, if it was made of and by just this. @throws StorageError */
export async function openReading(storage: Storage, identity: FileIdentity): Promise<OpenedReading> {
  const setAside = (why: string): OpenedReading => ({ kind: 'set-aside', why })
  const found = await findSuperblock(storage)
  if (found.kind === 'other-version') return setAside('What was read before was kept by another version of Longleaf: the document is read again.')
  const header = found.kind === 'whole' ? await readHeader(storage, found.superblock) : null
  const made = header && decodeIdentity(header)
  if (found.kind === 'none' || made === null) return setAside('What was read before is damaged, or was never finished: the document is read again.')
  const difference = differenceOf(made, identity)
  if (difference !== null) return setAside(difference)
  const segments = await readSegments(storage, identity, found.superblock)
  const reading = new Reading(storage, identity, found.superblock, segments)
  return { kind: 'usable', reading, lostTokens: Math.max(0, found.superblock.tokens - reading.tokens.length) }
}

export class Reading {
  readonly identity: FileIdentity
  readonly #storage: Storage
  readonly #slots: SuperblockSlots
  readonly #committed: Committed
  #draft: SegmentDraft | null = null

  /** By `createReading` and `openReading`. */
  constructor(storage: Storage, identity: FileIdentity, superblock: Superblock, segments: readonly Segment[]) {
    this.identity = identity
    this.#storage = storage
    this.#slots = new SuperblockSlots(storage, superblock)
    this.#committed = new Committed(this.#slots, segments)
  }

  /** What was read and committed. */
  get tokens(): Int32Array {
    return this.#committed.tokens
  }

  /** Where the tokens stand in the document. */
  get sources(): TokenSources {
    return this.#committed.sources
  }

  /** Bytes of the file that are committed; what lies behind is of no use. */
  get bytes(): number {
    return this.#committed.next.start
  }

  /** How many of these tokens, from the first on, are those of the reading: only so many may be taken from it. */
  commonPrefix(tokens: ArrayLike<number>): number {
    return commonLength(this.tokens, tokens)
  }

  /**
   * Begins the segment of the next tokens, at least one. Only the last segment of a reading may end inside a block of 64 tokens.
   * @throws RangeError; ReadingFailedError; Error where another segment is being written
   */
  begin(tokens: ArrayLike<number>, sources: TokenSources): SegmentWriter {
    this.#slots.expectSound()
    if (this.#draft !== null) throw new Error('Another segment of this reading is being written.')
    if (tokens.length === 0 || sources.parts.length !== tokens.length || sources.offsets.length !== tokens.length) throw new RangeError('A segment has tokens, and each of them has a source.')
    if (this.tokens.length % blockTokens !== 0) throw new RangeError(`A reading of ${this.tokens.length} tokens ends inside a block: nothing can follow.`)
    const own = { tokens: Int32Array.from(tokens), sources: { parts: sources.parts.slice(), offsets: sources.offsets.slice() } }
    const draft = new SegmentDraft(this.#storage, this.identity, { ...this.#committed.next, ...own })
    this.#draft = draft
    // Until then nothing else may be written to its place.
    const leave = async (): Promise<void> => {
      await draft.settle()
      if (this.#draft === draft) this.#draft = null
    }
    return {
      extentBytes: draft.extentBytes,
      writeLayer: (layer, extent) => draft.writeLayer(layer, extent),
      commit: () => this.#commit(draft).finally(leave),
      abandon: leave,
    }
  }

  /**
   * Reads a layer's keys and values of tokens `from`, a multiple of 64, up to `to` as `[KV head][block][K | V]`, whole blocks.
   * @throws ReadingDamagedError; RangeError; StorageError
   */
  async readLayer(layer: number, from: number, to: number, into: Uint8Array): Promise<void> {
    await this.#readRange(layer, Array.from({ length: this.identity.kvHeads }, (_, head) => head), from, to, into)
  }

  /** The same of one KV head, `[block][K | V]` or keys and values apart. @throws as `readLayer` */
  async readHead(layer: number, head: number, from: number, to: number, into: BlockBytes): Promise<void> {
    expectIndex(head, this.identity.kvHeads, 'KV head')
    await this.#readRange(layer, [head], from, to, into)
  }

  /**
   * Where the blocks of a layer and KV head lie that hold the first `count` tokens; undefined where the reading is in no file, or not all of them were read
   * yet and found whole.
   * @throws RangeError
   */
  blocksInFile(layer: number, head: number, count: number): BlocksInFile | undefined {
    expectIndex(layer, this.identity.layers, 'layer')
    expectIndex(head, this.identity.kvHeads, 'KV head')
    const { descriptor } = this.#storage
    if (descriptor === undefined || count > this.tokens.length) return undefined
    const runs = checkedRuns(this.identity, layer, runsOfRange(this.#committed.segments, [head], 0, blocksOf(count)))
    return runs && { descriptor, runs }
  }

  /** Reads some blocks of a layer and KV head, one after the other as `[K | V]`. @throws as `readLayer` */
  async readBlocks(layer: number, head: number, blocks: readonly number[], into: Uint8Array): Promise<void> {
    expectIndex(head, this.identity.kvHeads, 'KV head')
    expectBlocks(into, this.identity, blocks.length)
    await this.#readRuns(layer, runsOfBlocks(this.#committed.segments, head, blocks), into)
  }

  /** Forgets the segments that reach past so many tokens, as where these are not the ones that are wanted. @throws ReadingFailedError */
  rewind(length: number): Promise<void> {
    return this.#committed.rewind(length)
  }

  /** Nothing may be under way. */
  async close(): Promise<void> {
    await this.#committed.settle()
    await this.#storage.close()
  }

  /** Segment, sync, record, sync, superblock, sync: what a superblock names is on the disk before it. */
  async #commit(draft: SegmentDraft): Promise<void> {
    const { segment, record } = await draft.finish()
    await this.#slots.sync()
    await this.#storage.write(segment.place.start, record)
    await this.#slots.sync()
    await this.#committed.add(segment)
  }

  async #readRange(layer: number, heads: readonly number[], from: number, to: number, into: BlockBytes): Promise<void> {
    if (from % blockTokens !== 0 || from < 0 || to <= from || to > this.tokens.length) throw new RangeError(`Tokens ${from} to ${to} cannot be read, of ${this.tokens.length}.`)
    expectBlocks(into, this.identity, heads.length * blocksOf(to - from))
    await this.#readRuns(layer, runsOfRange(this.#committed.segments, heads, from / blockTokens, blocksOf(to)), into)
  }

  async #readRuns(layer: number, runs: readonly BlockRun[], into: BlockBytes): Promise<void> {
    expectIndex(layer, this.identity.layers, 'layer')
    const damaged = await readRuns(this.#storage, this.identity, layer, runs, into)
    if (damaged !== null) throw this.#committed.cut(damaged)
  }
}
