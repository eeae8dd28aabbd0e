/** Where a reading is kept: a row of bytes that can grow. A file, or memory in tests; the byte layout on it is in FORMAT.md. */
export interface Storage {
  /** Of the file, for who reads it without Node; none where it is no file. */
  readonly descriptor?: number
  /** @throws StorageError */
  length(): Promise<number>
  /** Fills all of `into` with the bytes from `offset` on. Many may be under way. @throws StorageEndError where there are not so many; StorageError */
  read(offset: number, ...into: readonly Uint8Array[]): Promise<void>
  /** Writes all of `bytes`, past the end too; what lies between becomes zeros. @throws StorageError */
  write(offset: number, bytes: Uint8Array): Promise<void>
  /** Ends when all that was written before survives a power cut. After an error nobody knows what does: it is never tried again. @throws StorageError */
  sync(): Promise<void>
  /** Nothing may be under way. */
  close(): Promise<void>
}

/** Fills all of `into`; false where the storage has not so many bytes from `offset` on. @throws StorageError */
export async function filled(storage: Storage, offset: number, into: readonly Uint8Array[]): Promise<boolean> {
  try {
    await storage.read(offset, ...into)
    return true
  } catch (error) {
    if (error instanceof StorageEndError) return false
    throw error
  }
}

/** A storage has fewer bytes than were to be read. */
export class StorageEndError extends Error {
  constructor(end: number) {
    super(`The file ends at byte ${end}, before what was to be read.`)
    this.name = 'StorageEndError'
  }
}

/** The disk did not do what was asked. The message is a sentence for a person. */
export class StorageError extends Error {
  readonly kind: 'full' | 'failed'
  /** Of the system, such as ENOSPC. */
  readonly code: string
  constructor(code: string, cause: unknown) {
    const isFull = codesOfFull.has(code)
    super(isFull
      ? `The disk is full: what is read of the document cannot be saved (${code}). Free some space; what was saved before is kept, and it goes on from there.`
      : `The disk does not give or take what was read of the document (${code}). Check that it is connected and that you may use its folder, and try again.`, { cause })
    this.name = 'StorageError'
    this.kind = isFull ? 'full' : 'failed'
    this.code = code
  }
}

const codesOfFull: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
