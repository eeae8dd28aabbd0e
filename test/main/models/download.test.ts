import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import type { WantedFile } from '../../../src-main/models/answer-of-server'
import { download, type DownloadHooks, type DownloadWorld } from '../../../src-main/models/download'
import type { Network } from '../../../src-main/models/open-file'
import { startFileServer, type Fault, type FileServer } from '../../support/file-server'

const bytes = randomBytes(300_000)
const hashOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

let folder: string
let path: string
let server: FileServer
let waits: number[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-download-'))
  path = join(folder, 'models', 'model.gguf')
  server = await startFileServer(bytes)
  waits = []
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Change {
  readonly wanted?: Partial<WantedFile>
  readonly network?: Partial<Network>
  readonly world?: Partial<DownloadWorld>
  readonly hooks?: Partial<DownloadHooks>
}

/** A download of the server's file, whose hash is known beforehand; waits pass at once. */
const get = ({ wanted, network, world, hooks }: Change = {}): Promise<void> =>
  download(
    { title: 'Model', url: new URL(server.url), listUrl: null, file: 'model.gguf', bytes: bytes.length, sha256: hashOf(bytes), ...wanted },
    path,
    {
      network: { proxyFor: () => Promise.resolve(null), ...network },
      freeBytes: () => Promise.resolve(1e12),
      wait: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
      check: () => Promise.resolve(),
      ...world,
    },
    { onBytes: () => undefined, onWait: () => undefined, onCheck: () => undefined, signal: new AbortController().signal, ...hooks },
  )
const isInstalled = (): boolean => existsSync(path)
const partBytes = (): number => (existsSync(`${path}.part`) ? statSync(`${path}.part`).size : 0)
const expectInstalled = (expected: Buffer = bytes): void => {
  expect(readFileSync(path).equals(expected)).toBe(true)
  expect([existsSync(`${path}.part`), existsSync(`${path}.part.json`)]).toEqual([false, false])
}
const refused = async (job: Promise<void>, kind: string, words: RegExp): Promise<void> => {
  await expect(job).rejects.toMatchObject({ failure: { kind, message: expect.stringMatching(words) as string } })
  expect(isInstalled()).toBe(false)
}
const faults = (...list: readonly Fault[]): void => void server.faults.push(...list)

describe('a download', () => {
  it('becomes the file when its hash is right, says how far it is, and leaves nothing else', async () => {
    const seen: (readonly [number, number])[] = []
    const compared: number[] = []
    await get({ hooks: { onBytes: (done, total) => seen.push([done, total]), onCheck: (done) => compared.push(done) } })
    expectInstalled()
    expect([seen[0], seen.at(-1), compared.at(-1)]).toEqual([[0, 300_000], [300_000, 300_000], 300_000])
  })

  it('that is cut asks again for the rest by itself, and gets nothing twice', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, { kind: 'cut', afterBytes: 50_000 })
    await get()
    expectInstalled()
    expect(server.requests).toEqual([{ range: undefined, ifRange: undefined }, { range: 'bytes=100000-', ifRange: '"first"' }, { range: 'bytes=150000-', ifRange: '"first"' }])
    expect(server.sentBytes).toBe(bytes.length)
  })

  it('gives up after some tries that bring nothing, each later than the one before, and keeps what came', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, ...Array<Fault>(10).fill({ kind: 'status', status: 503 }))
    await refused(get(), 'offline', /status 503.*kept/)
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000])
    server.faults.length = 0
    await get()
    expect(server.requests.at(-1)?.range).toBe('bytes=100000-')
    expectInstalled()
  })

  it('waits as long as the server asks it to', async () => {
    faults({ kind: 'status', status: 429 })
    await get()
    expect(waits).toEqual([2_000])
    expectInstalled()
  })

  it('that is paused keeps what came, and goes on from there', async () => {
    const abort = new AbortController()
    faults({ kind: 'stall', afterBytes: 50_000 })
    const paused = get({ hooks: { signal: abort.signal, onBytes: (done) => done >= 50_000 && abort.abort() } })
    await expect(paused).rejects.toMatchObject({ name: 'AbortError' })
    expect([partBytes(), isInstalled()]).toEqual([50_000, false])
    await get()
    expect(server.requests.at(-1)).toEqual({ range: 'bytes=50000-', ifRange: '"first"' })
    expectInstalled()
  })

  it('of bytes that lost their record begins again', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, ...Array<Fault>(10).fill({ kind: 'status', status: 404 }))
    await refused(get(), 'download-failed', /does not have this file/)
    rmSync(`${path}.part.json`)
    server.faults.length = 0
    await get()
    expectInstalled()
  })

  it('from another mirror goes on with the same bytes, without the first one’s validator', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, { kind: 'status', status: 404 })
    await refused(get(), 'download-failed', /does not have this file/)
    server.etag = null
    await get({ wanted: { url: new URL(`${server.url}?mirror`) } })
    expect(server.requests.at(-1)).toEqual({ range: 'bytes=100000-', ifRange: undefined })
    expectInstalled()
  })
})

describe('a server that', () => {
  it('stalls is left, and asked again', async () => {
    faults({ kind: 'stall', afterBytes: 100_000 })
    await get({ network: { stallMilliseconds: 2_000 } })
    expect(server.requests.at(-1)?.range).toMatch(/^bytes=\d+-$/)
    expectInstalled()
  })

  it('does not answer is left', async () => {
    faults({ kind: 'silent' })
    await get({ network: { connectMilliseconds: 200 } })
    expectInstalled()
  })

  it('is not there is named', async () => {
    await server.close()
    await refused(get(), 'offline', /127\.0\.0\.1.*cannot be reached \(ECONNREFUSED\)/)
    server = await startFileServer(bytes)
  })

  it('loses connections in the middle of what it sends, again and again, sends at most a twentieth twice', async () => {
    server.bytes = randomBytes(24_000_000)
    const sha256 = hashOf(server.bytes)
    faults(...Array.from({ length: 30 }, (_, i): Fault => ({ kind: i % 3 === 0 ? 'reset' : 'cut', afterBytes: 1 + ((i * 7_919) % 750_000) })))
    await get({ wanted: { bytes: server.bytes.length, sha256 } })
    expectInstalled(server.bytes)
    expect(server.requests).toHaveLength(31)
    expect(server.sentBytes / server.bytes.length).toBeLessThanOrEqual(1.05)
  })

  it('says another length than the file has is not believed', async () => {
    faults(...Array<Fault>(10).fill({ kind: 'length', bytes: 299_999 }))
    await refused(get(), 'offline', /299999 bytes instead of 300000/)
    expect(partBytes()).toBe(0)
  })

  it('sends more than the file has is stopped, whether it says so or not', async () => {
    server.bytes = Buffer.concat([bytes, bytes])
    await refused(get(), 'offline', /600000 bytes instead of 300000/)
    faults({ kind: 'no-length' })
    await refused(get(), 'download-failed', /sends more bytes than Model has/)
    expect(partBytes()).toBeLessThanOrEqual(bytes.length)
  })

  it('sends other bytes gets none of them installed', async () => {
    server.bytes = Buffer.from(bytes)
    server.bytes[150_000] = (server.bytes[150_000] ?? 0) ^ 1
    await refused(get(), 'download-failed', /SHA-256 is another.*thrown away/)
    expect(partBytes()).toBe(0)
  })

  it('changes the file in the middle is not mixed with what came', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, ...Array<Fault>(10).fill({ kind: 'status', status: 503 }))
    await refused(get(), 'offline', /kept/)
    server.faults.length = 0
    server.bytes = randomBytes(300_000)
    server.etag = '"second"'
    await get({ wanted: { sha256: hashOf(server.bytes) } })
    expectInstalled(server.bytes)
  })

  it('does not know ranges sends the file once more, whole', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, { kind: 'whole-to-range' })
    await get()
    expectInstalled()
  })

  it('sends another part than it was asked for is asked from the start', async () => {
    faults({ kind: 'cut', afterBytes: 100_000 }, { kind: 'wrong-range' })
    await get()
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', undefined])
    expectInstalled()
  })

  it.each([
    [404, /does not have this file/], [401, /does not hand out this file/], [403, /does not hand out/], [418, /status 418 instead of the file/],
  ])('answers %i is not asked again', async (status, words) => {
    faults({ kind: 'status', status })
    await refused(get(), 'download-failed', words)
    expect([waits, server.requests.length]).toEqual([[], 1])
  })
})

describe('a server that leads on', () => {
  it('to itself is followed', async () => {
    faults({ kind: 'redirect', to: '/model.gguf?signed' })
    await get()
    expectInstalled()
  })

  it('to a host that hands its files out is followed, and that host’s word about the file is not taken', async () => {
    const delivery = await startFileServer(bytes)
    delivery.headers = { 'x-linked-etag': `"${'0'.repeat(64)}"` }
    faults({ kind: 'redirect', to: delivery.url.replace('127.0.0.1', 'localhost') })
    server.headers = { 'x-linked-etag': `"${hashOf(bytes)}"`, 'x-linked-size': String(bytes.length) }
    await get({ wanted: { sha256: null, bytes: null }, network: { hosts: ['localhost'] } }).finally(delivery.close)
    expectInstalled()
  })

  it.each([
    ['to another host', 'http://localhost:9/model.gguf', /leads to http:\/\/localhost:9, where Longleaf does not follow/],
    ['to what is not safe', 'http://huggingface.co/model.gguf', /leads to http:\/\/huggingface\.co/],
    ['to a file', 'file:///etc/passwd', /leads to file:/],
    ['to nowhere', 'http://[', /an address that is none/],
  ])('%s is not followed', async (_name, to, words) => {
    faults({ kind: 'redirect', to })
    await refused(get(), 'download-failed', words)
  })

  it('in a circle is left', async () => {
    faults(...Array<Fault>(20).fill({ kind: 'redirect', to: '/model.gguf' }))
    await refused(get(), 'download-failed', /without end/)
  })

  it('is never asked over a line that others can read', async () => {
    await refused(get({ wanted: { url: new URL('http://huggingface.co/model.gguf') } }), 'download-failed', /does not begin with https/)
  })
})

describe('a file whose hash nobody knew beforehand', () => {
  const unknown = { sha256: null, bytes: null }

  it('is the one that the server announces', async () => {
    server.headers = { 'x-linked-etag': `"${hashOf(bytes)}"`, 'x-linked-size': '300000' }
    await get({ wanted: unknown })
    expectInstalled()
  })

  it('is not installed where other bytes come than were announced', async () => {
    server.headers = { 'x-linked-etag': `"${hashOf(randomBytes(4))}"`, 'x-linked-size': '300000' }
    await refused(get({ wanted: unknown }), 'download-failed', /SHA-256 is another/)
  })

  it('is looked up in the server’s list where the answer says nothing', async () => {
    server.others.set('/api', JSON.stringify([{ path: 'other.gguf', lfs: { oid: '1'.repeat(64), size: 1 } }, { path: 'model.gguf', lfs: { oid: hashOf(bytes), size: 300_000 } }]))
    await get({ wanted: { ...unknown, listUrl: new URL('/api', server.url) } })
    expectInstalled()
  })

  it('is not downloaded where nobody says what it is', async () => {
    await refused(get({ wanted: unknown }), 'download-failed', /no SHA-256/)
    expect(partBytes()).toBe(0)
  })

  it('that became another one begins again, as the new one', async () => {
    server.headers = { 'x-linked-etag': `"${hashOf(bytes)}"`, 'x-linked-size': '300000' }
    faults({ kind: 'cut', afterBytes: 100_000 }, { kind: 'status', status: 404 })
    await refused(get({ wanted: unknown }), 'download-failed', /does not have this file/)
    server.bytes = randomBytes(200_000)
    server.etag = '"second"'
    server.headers = { 'x-linked-etag': `"${hashOf(server.bytes)}"`, 'x-linked-size': '200000' }
    await get({ wanted: unknown })
    expectInstalled(server.bytes)
  })

  it('is refused before a byte comes where another one is known by that name', async () => {
    server.headers = { 'x-linked-etag': `"${hashOf(randomBytes(4))}"` }
    await refused(get(), 'download-failed', /another file by the name of Model/)
    expect(partBytes()).toBe(0)
  })
})

describe('the disk', () => {
  it('is asked for room before a byte comes', async () => {
    await refused(get({ world: { freeBytes: () => Promise.resolve(10_000_000) } }), 'disk-full', /needs 0\.0 GB more.*0\.0 GB are free/)
    expect(partBytes()).toBe(0)
  })

  it('that cannot be written to is told by its own error', async () => {
    writeFileSync(join(folder, 'models'), 'a file where the folder should be')
    await expect(get()).rejects.toThrow()
  })
})

describe('the last word', () => {
  it('has the reader of the file: what is damaged is thrown away, what cannot be run is kept', async () => {
    const check = (kind: 'model-invalid' | 'model-unsupported') => () => Promise.reject(new FailureError(kind, 'It is no model.'))
    await refused(get({ world: { check: check('model-unsupported') } }), 'model-unsupported', /no model/)
    expect(partBytes()).toBe(bytes.length)
    await refused(get({ world: { check: check('model-invalid') } }), 'model-invalid', /no model/)
    expect([partBytes(), server.requests.length]).toEqual([0, 1])
  })
})
