import { createHash, randomUUID } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FailureError } from '../contract/failure'
import type { Folders } from '../folders'
import { documentId } from '../document-id'
import { displayName } from './file-name'

const storedName = /^[0-9a-f]{64}\.[a-z]+$/

/** Larger files are refused before anything of them is read. */
export const fileBytesMax = 500_000_000

/** A private copy of a file, hashed: whatever happens to the original now, these bytes are what is read and kept. */
export interface HeldFile {
  readonly path: string
  /** SHA-256, lower-case hex. */
  readonly hash: string
  readonly bytes: number
  readonly extension: string
}

export interface StoredFiles {
  /** Copies a file into the incoming folder and hashes the copy. Rejects with what a person can do about it. */
  hold(path: string, fileName: string): Promise<HeldFile>
  /** Keeps pasted bytes until their import; returns their path. */
  stage(bytes: Uint8Array): Promise<string>
  /** Moves a held file to its place for good and makes sure that it survives a power cut. */
  keep(held: HeldFile): Promise<void>
  release(path: string): Promise<void>
  /** Where the stored file is whose hash begins like this, as document ids do; null where there is none, or more than one. */
  find(hashOrId: string): Promise<string | null>
  remove(hashOrId: string): Promise<void>
  /** Drops what an earlier run left half-copied; `keepPaths` are still waiting to be imported. */
  tidy(keepPaths: readonly string[]): Promise<void>
  isStaged(path: string): boolean
}

export function openStoredFiles(folders: Pick<Folders, 'documents' | 'incoming'>): StoredFiles {
  const find = async (hash: string): Promise<string | null> => {
    if (!documentId.test(hash)) return null
    const names = await readdir(folders.documents).catch((): string[] => [])
    const [name, other] = names.filter((candidate) => storedName.test(candidate) && candidate.startsWith(hash))
    return name === undefined || other !== undefined ? null : join(folders.documents, name)
  }
  return {
    async hold(path, fileName) {
      const name = displayName(fileName)
      await checkFile(path, name)
      await mkdir(folders.incoming, { recursive: true })
      const copy = join(folders.incoming, `${randomUUID()}.part`)
      try {
        await copyFile(path, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
        return { path: copy, ...(await identify(copy)) }
      } catch (error) {
        await rm(copy, { force: true })
        throw readFailure(error, name)
      }
    },
    async stage(bytes) {
      await mkdir(folders.incoming, { recursive: true })
      const path = join(folders.incoming, `${randomUUID()}.pasted`)
      await writeFile(path, bytes, { flag: 'wx' })
      return path
    },
    async keep(held) {
      await mkdir(folders.documents, { recursive: true })
      await sync(held.path)
      await rename(held.path, join(folders.documents, `${held.hash}.${held.extension}`))
      await sync(folders.documents)
    },
    release: (path) => rm(path, { force: true }),
    find,
    async remove(hash) {
      const path = await find(hash)
      if (path !== null) await rm(path, { force: true })
    },
    async tidy(keepPaths) {
      const names = await readdir(folders.incoming).catch((): string[] => [])
      const stale = names.map((name) => join(folders.incoming, name)).filter((path) => !keepPaths.includes(path))
      await Promise.all(stale.map((path) => rm(path, { force: true })))
    },
    isStaged: (path) => path.startsWith(folders.incoming),
  }
}

async function checkFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw readFailure(error, name)
  })
  if (!found.isFile()) throw new FailureError('file-unreadable', `“${name}” is not a file.`, { document: name })
  if (found.size === 0) throw new FailureError('empty-file', `“${name}” is empty: nothing was saved in it. Get it again from where it came.`, { document: name })
  if (found.size > fileBytesMax) throw new FailureError('too-large', `“${name}” has ${Math.round(found.size / 1e6)} MB; documents of up to ${fileBytesMax / 1e6} MB can be read. Split it into parts.`, { document: name })
}

function readFailure(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return new FailureError('not-found', `“${name}” is not there. Check its name and folder.`, { document: name, cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || code === 'EROFS') return error
  if (code === null) return error
  return new FailureError('file-unreadable', `“${name}” cannot be read. Check that you may open it and that its disk is connected.`, { document: name, cause: error })
}

/** Hash, length and kind (by the first bytes) of a file, in one pass. */
async function identify(path: string): Promise<Omit<HeldFile, 'path'>> {
  const hash = createHash('sha256')
  let bytes = 0
  let head = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (head.length < 1024) head = Buffer.concat([head, chunk.subarray(0, 1024 - head.length)])
    bytes += chunk.length
    hash.update(chunk)
  }
  return { hash: hash.digest('hex'), bytes, extension: extensionOf(head) }
}

const extensionOf = (head: Buffer): string => (head.includes('%PDF-') ? 'pdf' : head.subarray(0, 2).toString('latin1') === 'PK' ? 'docx' : 'bin')

async function sync(path: string): Promise<void> {
  // A folder cannot be opened like this on Windows, where a rename is durable by itself.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
