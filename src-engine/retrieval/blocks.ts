/** Where the keys and values of a text lie, so that any block of it can be had. */
export interface KeptBlocks {
  /** Fills `into` with `[K: 64 rows of d | V: 64 rows of d]` of each of these blocks of a layer and KV head. */
  readBlocks(layer: number, head: number, blocks: readonly number[], into: Uint8Array): Promise<void>
}
