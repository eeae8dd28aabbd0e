import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { syncFile, syncFolder } from './sync'

/**
 * A file on its way: `<path>.part` holds the first bytes of it, `<path>.part.json` says of which file they are. The second is written before the
 * first byte of the first, so that after a cut, a quit or a kill nothing is taken for what it is not.
 */
const recordSchema = z.object({
  version: z.literal(2),
  /** Address that the bytes came from. */
  source: z.string(),
  /** The server's strong validator for `If-Range`; null where it gave none. */
  validator: z.string().nullable(),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

export type PartRecord = Readonly<z.infer<typeof recordSchema>>

export interface PartState {
  readonly record: PartRecord
  readonly doneBytes: number
}

export interface PartFile {
  readonly path: string
  /** Bytes that are there of the file that is recorded; null while nothing was begun. */
  state(): Promise<PartState | null>
  /** Says what the next bytes belong to; bytes of another file are thrown away. Gives the number of bytes that stay. */
  begin(record: PartRecord): Promise<number>
  /** Writes what comes from `start` on; `onBytes` hears the length of the file after each piece. Resolves with that length. */
  append(start: number, body: AsyncIterable<Uint8Array>, onBytes: (doneBytes: number) => void): Promise<number>
  /** SHA-256 over all bytes, hex. */
  hash(onBytes: (doneBytes: number) => void, signal: AbortSignal): Promise<string>
  /** Gives the file its own name, so that it is there wholly or not at all, also after a loss of power. */
  install(): Promise<void>
  discard(): Promise<void>
}

export function openPart(path: string): PartFile {
  const part = `${path}.part`
  const sidecar = `${part}.json`
  const readRecord = async (): Promise<PartRecord | null> => {
    const parsed = recordSchema.safeParse(await readFile(sidecar, 'utf8').then(JSON.parse).catch(() => null))
    return parsed.success ? parsed.data : null
  }
  const file: PartFile = {
    path: part,
    async state() {
      const record = await readRecord()
      if (record === null) return null
      return { record, doneBytes: (await stat(part).catch(() => null))?.size ?? 0 }
    },
    async begin(record) {
      await mkdir(dirname(path), { recursive: true })
      const before = await file.state()
      const same = before?.record.sha256 === record.sha256 && before.record.bytes === record.bytes && before.doneBytes <= record.bytes
      if (!same) await file.discard()
      await writeWhole(sidecar, JSON.stringify(record))
      return same ? before.doneBytes : 0
    },
    async append(start, body, onBytes) {
      const handle = await open(part, start > 0 ? 'r+' : 'w')
      let at = start
      try {
        await handle.truncate(start)
        for await (const chunk of body) {
          await writeAll(handle, chunk, at)
          at += chunk.byteLength
          onBytes(at)
        }
      } finally {
        await handle.close()
      }
      return at
    },
    async hash(onBytes, signal) {
      const hash = createHash('sha256')
      let at = 0
      for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>) {
        hash.update(chunk)
        at += chunk.byteLength
        onBytes(at)
      }
      return hash.digest('hex')
    },
    async install() {
      await syncFile(part)
      await rename(part, path)
      await syncFolder(dirname(path))
      await rm(sidecar, { force: true })
    },
    async discard() {
      // The bytes first: a record without bytes says nothing wrong.
      await rm(part, { force: true })
      await rm(sidecar, { force: true })
    },
  }
  return file
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) done += (await handle.write(chunk, done, chunk.byteLength - done, at + done)).bytesWritten
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text)
  await rename(`${path}.tmp`, path)
}
