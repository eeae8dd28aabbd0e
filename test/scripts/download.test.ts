import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { download } from '../../scripts/setup/download.mjs'
import { SetupFailure } from '../../scripts/setup/failure.mjs'
import { startFileServer, type FileServer } from '../support/file-server'

const bytes = randomBytes(300_000)
const sha256Of = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

let folder: string
let path: string
let server: FileServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-download-'))
  path = join(folder, 'models', 'model.gguf')
  server = await startFileServer(bytes)
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const get = (more: Partial<Parameters<typeof download>[0]> = {}): Promise<void> => download({ url: server.url, path, sha256: sha256Of(bytes), ...more })
const failureOf = async (job: Promise<void>): Promise<SetupFailure> => {
  const error: unknown = await job.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SetupFailure)
  return error as SetupFailure
}

// What a download does with all the faults of servers is tested with the engine itself: test/main/models/download.test.ts.
describe('a download of set-up', () => {
  it('brings the file, says how far it is, and goes on where it was cut', async () => {
    server.faults.push({ kind: 'cut', afterBytes: 100_000 })
    const seen: number[] = []
    await get({ onProgress: (done, all) => seen.push(done / all) })
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect([seen.at(-1), server.sentBytes]).toEqual([1, bytes.length])
  })

  it('with other bytes than expected is thrown away, and not tried again', async () => {
    server.bytes = randomBytes(300_000)
    expect(await failureOf(get())).toMatchObject({ transient: false, unreachable: false, message: expect.stringContaining('SHA-256') as string })
    expect(existsSync(path)).toBe(false)
  })

  it('from a source that is busy can be tried again, from one that has no such file cannot', async () => {
    server.faults.push({ kind: 'status', status: 503 }, { kind: 'status', status: 404 })
    expect(await failureOf(get())).toMatchObject({ transient: true, unreachable: false })
    expect(await failureOf(get())).toMatchObject({ transient: false, unreachable: false })
  })

  it('from a source that does not answer, or is not there, is given up within its limit', async () => {
    server.faults.push({ kind: 'silent' })
    expect(await failureOf(get({ connectLimitMs: 200 }))).toMatchObject({ unreachable: true, transient: false })
    await server.close()
    expect(await failureOf(get())).toMatchObject({ unreachable: true, message: expect.stringContaining('127.0.0.1') as string })
    server = await startFileServer(bytes)
  })
})
