/** Keys and values that are kept outside of memory, as extents (`extent.ts`). */
import type { BlockBytes } from '../reading/block-bytes'
import type { BlocksInFile } from '../reading/blocks-in-file'

export interface KeptKv {
  /** Where what sums up a beginning of it is kept beside it; left out, nowhere. */
  readonly summaries?: KeptSummaries
  /** Whose keys and values are kept for good. */
  readonly tokens: ArrayLike<number>
  /** Fills `into` with the extent of a layer over the tokens [from, to); `from` is a multiple of 64. */
  readLayer(layer: number, from: number, to: number, into: Uint8Array): Promise<void>
  /** The same of one KV head alone, or its keys and values apart. */
  readHead(layer: number, head: number, from: number, to: number, into: BlockBytes): Promise<void>
  /** Where the first `count` tokens of a KV head lie as they are attended; undefined, or not there at all, if `readHead` has to be asked. */
  blocksInFile?(layer: number, head: number, count: number): BlocksInFile | undefined
  /** Fills `into` with some blocks of 64 tokens of a layer and KV head, one after the other. */
  readBlocks(layer: number, head: number, blocks: readonly number[], into: Uint8Array): Promise<void>
}

/** How a beginning is summed up: what was made so is of use again. */
export interface SummaryKind {
  readonly tokens: number
  /** In the words of who sums up. */
  readonly form: string
  readonly layers: number
  readonly layerBytes: number
}

/** Summaries that are kept, of one kind at a time. What a disk does not give or take is as if it was not kept. */
export interface KeptSummaries {
  /** Whether they are kept so. */
  has(kind: SummaryKind): Promise<boolean>
  /** Calls `take` for each layer with what sums it up, which the next call writes over; false where not all of it is kept so. */
  read(kind: SummaryKind, take: (layer: number, bytes: Uint8Array) => Promise<void>): Promise<boolean>
  /**
   * Calls `give` for one layer after the other, which gives what sums it up, and keeps that. Gives for how many it called: where there is no room, or none any
   * more, for no further ones. @throws what `give` throws
   */
  write(kind: SummaryKind, give: (layer: number) => Promise<Uint8Array>): Promise<number>
}

/** The same, to which more may come. */
export interface GrowingKv extends KeptKv {
  /** Tokens that follow those that are kept. Of one segment at a time. */
  begin(tokens: readonly number[]): Promise<KvSegment>
}

export interface KvSegment {
  /** Takes the extent of each layer, in order; `extent` must not be touched before this has ended. */
  writeLayer(layer: number, extent: Uint8Array): Promise<void>
  /** Its tokens are kept, when this has ended, whatever happens. */
  commit(): Promise<void>
  /** It is as if it had never begun. */
  abandon(): Promise<void>
}
