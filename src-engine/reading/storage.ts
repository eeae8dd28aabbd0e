/** Where a reading is kept: a row of bytes that can grow. A file, or memory in tests; the byte layout on it is in FORMAT.md. */
export interface Storage {
  length(): Promise<number>
  /** Fills `into` with the bytes from `offset` on. Many may be under way. @throws StorageEndError where there are not so many; what the disk says */
  read(offset: number, into: Uint8Array): Promise<void>
  /** Writes all of `bytes`, past the end too; what lies between becomes zeros. @throws what the disk says */
  write(offset: number, bytes: Uint8Array): Promise<void>
  /** Ends when all that was written before survives a power cut. After an error nobody knows what does: it is never tried again. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A storage has fewer bytes than were to be read. */
export class StorageEndError extends Error {
  constructor(end: number) {
    super(`The file ends at byte ${end}, before what was to be read.`)
    this.name = 'StorageEndError'
  }
}
