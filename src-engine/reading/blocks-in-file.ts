/** Blocks of a KV head where they lie in the file, each `[K | V]`, for who reads them by himself. All of them were read before and found whole. */
export interface BlocksInFile {
  /** Of the file, as long as the reading is not closed. */
  readonly descriptor: number
  /** One after the other, those that lie together. */
  readonly runs: readonly BlocksTogether[]
}

export interface BlocksTogether {
  /** The block behind them, counted from the first of all. */
  readonly end: number
  /** Of the first of them, bytes. */
  readonly offset: number
}
