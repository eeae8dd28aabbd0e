/** Keys and values that are kept outside of memory, as extents (`extent.ts`). */
import type { BlockBytes } from '../reading/block-bytes'
import type { BlocksInFile } from '../reading/blocks-in-file'

export interface KeptKv {
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
