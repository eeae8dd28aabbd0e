import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DownloadState } from '../../../src-main/contract/model'
import { createDownloads, type Download, type Downloads } from '../../../src-main/models/downloads'
import { startFileServer, type FileServer } from '../../support/file-server'

const bytes = randomBytes(400_000)
let folder: string
let server: FileServer
let heard: (readonly [string, DownloadState | null])[]
let clock: number
let job: Download

const open = (wait: () => Promise<void> = () => Promise.resolve()): Downloads =>
  createDownloads({
    network: { proxyFor: () => Promise.resolve(null) },
    freeBytes: () => Promise.resolve(null),
    wait,
    check: () => Promise.resolve(),
    publish: (name, download) => heard.push([name, download]),
    // Every look at the clock is half a second later, so that a speed is measured.
    now: () => (clock += 500),
  })
const states = (): readonly string[] => heard.map(([, download]) => download?.state ?? 'over')
const reached = async (state: string): Promise<void> => {
  while (!states().includes(state)) await new Promise((resolve) => setImmediate(resolve))
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-downloads-'))
  server = await startFileServer(bytes)
  heard = []
  clock = 0
  const wanted = { title: 'Model', url: new URL(server.url), listUrl: null, file: 'm.gguf', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  job = { name: 'm', path: join(folder, 'm.gguf'), wanted }
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('downloads', () => {
  it('run once for all who ask, and end with nothing left to tell', async () => {
    const downloads = open()
    expect(await downloads.state(job)).toBeNull()
    expect(await Promise.all([downloads.run(job), downloads.run(job)])).toEqual([true, true])
    expect(server.requests).toHaveLength(1)
    expect([states()[0], states().at(-1), await downloads.state(job)]).toEqual(['asking', 'over', null])
    expect(readFileSync(job.path).equals(bytes)).toBe(true)
  })

  it('say how fast they are and how long it will take, once that was measured', async () => {
    server.faults.push({ kind: 'stall', afterBytes: 300_000 })
    const downloads = open()
    const done = downloads.run(job)
    let state: DownloadState | null = null
    while (!(state?.state === 'running' && state.doneBytes === 300_000)) {
      await new Promise((resolve) => setImmediate(resolve))
      state = await downloads.state(job)
    }
    if (state.state !== 'running' || state.bytesPerSecond === null || state.secondsLeft === null) throw new Error(`no speed in ${JSON.stringify(state)}`)
    expect(state.secondsLeft).toBeCloseTo(100_000 / state.bytesPerSecond, 6)
    await downloads.close()
    expect(await done).toBe(false)
  })

  it('say why they wait before they ask again', async () => {
    server.faults.push({ kind: 'status', status: 503 })
    let goOn: (() => void) | undefined
    const downloads = open(() => new Promise((resolve) => { goOn = resolve }))
    const done = downloads.run(job)
    while (goOn === undefined) await new Promise((resolve) => setImmediate(resolve))
    expect(await downloads.state(job)).toEqual({ state: 'retrying', why: expect.stringMatching(/503$/u) as string, doneBytes: 0, totalBytes: 400_000 })
    goOn()
    expect(await done).toBe(true)
  })

  it('are paused, are found again by a later run of the app, and go on', async () => {
    server.faults.push({ kind: 'stall', afterBytes: 150_000 })
    const downloads = open()
    const paused = downloads.run(job)
    await reached('running')
    while (!existsSync(`${job.path}.part`) || statSync(`${job.path}.part`).size < 150_000) await new Promise((resolve) => setImmediate(resolve))
    await downloads.pause('m')
    expect([await paused, heard.at(-1)?.[1]]).toEqual([false, { state: 'paused', doneBytes: 150_000, totalBytes: 400_000 }])
    const later = open()
    expect(await later.state(job)).toEqual({ state: 'paused', doneBytes: 150_000, totalBytes: 400_000 })
    expect(await later.run(job)).toBe(true)
    expect([server.requests.at(-1)?.range, server.sentBytes]).toEqual(['bytes=150000-', 400_000])
  })

  it('that fail say why, keep saying so, and can be tried again', async () => {
    server.faults.push({ kind: 'status', status: 404 })
    const downloads = open()
    await expect(downloads.run(job)).rejects.toMatchObject({ failure: { kind: 'download-failed' } })
    expect(await downloads.state(job)).toMatchObject({ state: 'failed', failure: { kind: 'download-failed' } })
    expect(await downloads.run(job)).toBe(true)
  })

  it('are given up with all that came', async () => {
    server.faults.push({ kind: 'stall', afterBytes: 150_000 })
    const downloads = open()
    const running = downloads.run(job)
    await reached('running')
    await downloads.discard(job)
    expect([await running, await downloads.state(job), states().at(-1)]).toEqual([false, null, 'over'])
    expect([existsSync(`${job.path}.part`), existsSync(`${job.path}.part.json`)]).toEqual([false, false])
  })
})
