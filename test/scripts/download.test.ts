import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
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

// Not toEqual, which takes seconds for this many bytes.
const holds = async (expected: Buffer): Promise<boolean> => (await readFile(path)).equals(expected)

const get = (limits: { connectLimitMs?: number; stallLimitMs?: number } = {}): Promise<void> =>
  download({ url: server.url, path, sha256: sha256Of(bytes), ...limits })
const failureOf = async (job: Promise<void>): Promise<SetupFailure> => {
  const error: unknown = await job.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SetupFailure)
  return error as SetupFailure
}

describe('a download', () => {
  it('brings the file, says how far it is, and leaves nothing else behind', async () => {
    const seen: number[] = []
    await download({ url: server.url, path, sha256: sha256Of(bytes), onProgress: (done, all) => seen.push(done / (all ?? 0)) })
    expect(await holds(bytes)).toBe(true)
    expect(seen.at(-1)).toBe(1)
    expect(existsSync(`${path}.part`)).toBe(false)
    expect(existsSync(`${path}.part.json`)).toBe(false)
  })

  it('that was cut goes on where it stopped', async () => {
    server.faults.push({ kind: 'cut', afterBytes: 100_000 })
    expect((await failureOf(get())).transient).toBe(true)
    expect(existsSync(path)).toBe(false)
    const { size } = await stat(`${path}.part`)
    expect(size).toBeGreaterThan(0)
    await get()
    expect(server.requests[1]).toEqual({ range: `bytes=${size}-`, ifRange: '"first"' })
    expect(await holds(bytes)).toBe(true)
  })

  it('that was cut again and again still ends with the right bytes', async () => {
    for (const afterBytes of [1, 70_000, 65_536, 100_000]) {
      server.faults.push({ kind: 'cut', afterBytes })
      await failureOf(get())
    }
    await get()
    expect(await holds(bytes)).toBe(true)
  })

  it('starts afresh where the file at the source has changed meanwhile', async () => {
    const newer = randomBytes(200_000)
    server.faults.push({ kind: 'cut', afterBytes: 100_000 })
    await failureOf(get())
    server.bytes = newer
    server.etag = '"second"'
    await download({ url: server.url, path, sha256: sha256Of(newer) })
    expect(await holds(newer)).toBe(true)
  })

  it('takes the whole file where a range was asked and 200 came', async () => {
    server.faults.push({ kind: 'cut', afterBytes: 100_000 }, { kind: 'whole-to-range' })
    await failureOf(get())
    await get()
    expect(server.requests[1]?.range).toBeDefined()
    expect(await holds(bytes)).toBe(true)
  })

  it('does not join a range that is not the one asked for', async () => {
    server.faults.push({ kind: 'cut', afterBytes: 100_000 }, { kind: 'wrong-range' })
    await failureOf(get())
    expect((await failureOf(get())).transient).toBe(true)
    await get()
    expect(server.requests[2]?.range).toBeUndefined()
    expect(await holds(bytes)).toBe(true)
  })

  it('does not go on with bytes whose source gave no validator', async () => {
    server.etag = null
    server.faults.push({ kind: 'cut', afterBytes: 100_000 })
    await failureOf(get())
    await get()
    expect(server.requests[1]?.range).toBeUndefined()
    expect(await holds(bytes)).toBe(true)
  })

  it('does not go on with bytes of another address', async () => {
    server.faults.push({ kind: 'cut', afterBytes: 100_000 })
    await failureOf(get())
    await download({ url: `${server.url}?other`, path, sha256: sha256Of(bytes) })
    expect(server.requests[1]?.range).toBeUndefined()
  })

  it('with other bytes than expected is thrown away and never installed', async () => {
    server.bytes = Buffer.from(bytes)
    server.bytes[150_000] = (server.bytes[150_000] ?? 0) ^ 1
    const failure = await failureOf(get())
    expect(failure.message).toMatch(/not the expected file/)
    expect(failure.transient).toBe(false)
    expect(existsSync(path)).toBe(false)
    expect(existsSync(`${path}.part`)).toBe(false)
  })

  it('leaves a file that is already there alone until the new one is right', async () => {
    await get()
    server.bytes = randomBytes(1_000)
    await failureOf(get())
    expect(await holds(bytes)).toBe(true)
  })

  it('gives up on a source that does not answer, within the limit, as unreachable', async () => {
    server.faults.push({ kind: 'silent' })
    const failure = await failureOf(get({ connectLimitMs: 200 }))
    expect(failure.unreachable).toBe(true)
    expect(failure.message).toContain('cannot be reached')
  })

  it('gives up on a source that falls silent midway, and keeps the bytes', async () => {
    server.faults.push({ kind: 'stall', afterBytes: 100_000 })
    const failure = await failureOf(get({ stallLimitMs: 200 }))
    expect(failure).toMatchObject({ transient: true, unreachable: false })
    await get()
    expect(server.requests[1]?.range).toMatch(/^bytes=\d+-$/)
    expect(await holds(bytes)).toBe(true)
  })

  it.each([
    [503, true],
    [429, true],
    [404, false],
    [403, false],
  ])('answered %i: trying again makes sense: %s', async (status, transient) => {
    server.faults.push({ kind: 'status', status })
    expect((await failureOf(get())).transient).toBe(transient)
  })

  it('names the computer that cannot be reached', async () => {
    await server.close()
    const failure = await failureOf(get())
    expect(failure).toMatchObject({ unreachable: true })
    expect(failure.message).toContain('127.0.0.1')
    server = await startFileServer(bytes)
  })

  it('ignores bytes so far that lost their record', async () => {
    await get()
    await rm(path)
    await writeFile(`${path}.part`, 'something else')
    await get()
    expect(await holds(bytes)).toBe(true)
  })
})
