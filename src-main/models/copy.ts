import { constants, createReadStream } from 'node:fs'
import { copyFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFile, syncFolder } from './sync'

export interface FileCopy {
  readonly from: string
  readonly to: string
}

interface CopyHooks {
  /** Bytes of all files together that are copied now. */
  onBytes(doneBytes: number): void
  readonly signal: AbortSignal
}

const pieceBytes = 4 << 20

/**
 * Copies files, each under another name (`<to>.part`) until the bytes of all are on the disk. Where it fails or is stopped, nothing stays. Rejects with
 * errors of the disk, or what `signal` was aborted with.
 */
export async function copyFiles(files: readonly FileCopy[], { onBytes, signal }: CopyHooks): Promise<void> {
  let doneBytes = 0
  const onPiece = (bytes: number): void => onBytes(doneBytes += bytes)
  try {
    for (const file of files) await copyOne(file, onPiece, signal)
    signal.throwIfAborted()
    for (const { to } of files) await settle(to)
  } catch (error) {
    for (const { to } of files) await Promise.all([rm(partOf(to), { force: true }), rm(to, { force: true })])
    throw error
  }
}

const partOf = (path: string): string => `${path}.part`

async function copyOne({ from, to }: FileCopy, onPiece: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  // Where the file system can share the blocks of two files, nothing has to be copied.
  const shared = await copyFile(from, partOf(to), constants.COPYFILE_FICLONE_FORCE).then(() => true, () => false)
  if (shared) onPiece((await stat(partOf(to))).size)
  else await writeFile(partOf(to), pieces(from, onPiece, signal))
}

/** What is asked for after a piece says that the piece is written. */
async function* pieces(path: string, onPiece: (bytes: number) => void, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes, signal }) as AsyncIterable<Buffer>) {
    yield piece
    onPiece(piece.byteLength)
  }
}

/** Gives a copy its name once its bytes are on the disk. */
async function settle(path: string): Promise<void> {
  await syncFile(partOf(path))
  await rename(partOf(path), path)
  await syncFolder(dirname(path))
}
