import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { download } from '../../../src-main/models/download'

const body = randomBytes(300_000)
const sha256 = createHash('sha256').update(body).digest('hex')
let root: string
type Serve = (request: IncomingMessage, response: ServerResponse) => void
let answer: Serve
let ranges: (string | undefined)[]
const server = createServer((request, response) => {
  ranges.push(request.headers.range)
  answer(request, response)
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-download-'))
  ranges = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A server that has the file, honours ranges while its tag is the one asked for, and cuts after so many bytes. */
const serveFile = (cutAfter = Infinity, tag = '"1"', bytes: Buffer = body): Serve => (request, response) => {
  const wanted = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const first = wanted > 0 && request.headers['if-range'] === tag ? wanted : 0
  response.writeHead(first > 0 ? 206 : 200, { etag: tag, 'content-length': bytes.length - first })
  const part = bytes.subarray(first, first + cutAfter)
  response.write(part)
  if (first + part.length >= bytes.length) response.end()
  else setTimeout(() => response.destroy(), 20)
}
const get = (over: Partial<Parameters<typeof download>[0]> = {}) =>
  download({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/m.gguf`, path: join(root, 'm.gguf'), bytes: body.length, sha256, title: 'Model', fetch,
    onProgress: () => undefined, signal: new AbortController().signal, ...over,
  })
const installed = (): boolean => existsSync(join(root, 'm.gguf'))

describe('a download', () => {
  it('becomes the file when its hash is right, and leaves nothing else', async () => {
    answer = serveFile()
    const seen: number[] = []
    await get({ onProgress: (done) => seen.push(done) })
    expect(readFileSync(join(root, 'm.gguf')).equals(body)).toBe(true)
    expect(seen.at(-1)).toBe(body.length)
    expect(existsSync(join(root, 'm.gguf.part'))).toBe(false)
    expect(existsSync(join(root, 'm.gguf.part.json'))).toBe(false)
  })

  it('that is cut goes on from there, and sends nothing twice', async () => {
    answer = serveFile(100_000)
    await expect(get()).rejects.toMatchObject({ failure: { kind: 'offline' } })
    await expect(get()).rejects.toMatchObject({ failure: { kind: 'offline' } })
    expect([installed(), statSync(join(root, 'm.gguf.part')).size]).toEqual([false, 200_000])
    await get()
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-'])
    expect(readFileSync(join(root, 'm.gguf')).equals(body)).toBe(true)
  })

  it('begins again where the server has another file by now', async () => {
    answer = serveFile(100_000)
    await expect(get()).rejects.toMatchObject({ failure: { kind: 'offline' } })
    answer = serveFile(Infinity, '"2"')
    await get()
    expect(readFileSync(join(root, 'm.gguf')).equals(body)).toBe(true)
  })

  it.each([
    ['other bytes', serveFile(Infinity, '"1"', randomBytes(300_000)), 'download-failed'],
    ['more bytes than it should have', serveFile(Infinity, '"1"', Buffer.concat([body, body])), 'download-failed'],
    ['an error', ((_request, response) => { response.writeHead(404).end('gone') }), 'download-failed'],
    ['no answer', ((_request, response) => { response.destroy() }), 'offline'],
  ] as readonly (readonly [string, Serve, string])[])('with %s never becomes the file', async (_name, serve, kind) => {
    answer = serve
    await expect(get()).rejects.toMatchObject({ failure: { kind } })
    expect(installed()).toBe(false)
  })

  it('that is stopped keeps what came', async () => {
    const abort = new AbortController()
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': body.length, etag: '"1"' })
      response.write(body.subarray(0, 50_000))
    }
    await expect(get({ signal: abort.signal, onProgress: (done) => done >= 50_000 && abort.abort() })).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(statSync(join(root, 'm.gguf.part')).size).toBe(50_000)
    answer = serveFile()
    await get()
    expect([installed(), ranges.at(-1)]).toEqual([true, 'bytes=50000-'])
  })
})
