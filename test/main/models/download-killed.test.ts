import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startFileServer, type FileServer } from '../../support/file-server'

const bytes = randomBytes(6_000_000)
let folder: string
let server: FileServer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-killed-'))
  server = await startFileServer(bytes)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const start = (path: string): { readonly child: ChildProcess; readonly end: Promise<number | null> } => {
  const args = ['--import', 'tsx', 'test/programs/download.ts', server.url, path, String(bytes.length), createHash('sha256').update(bytes).digest('hex')]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return { child, end: new Promise((resolve) => child.once('exit', resolve)) }
}
const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

it('a download whose process is killed goes on from there in the next one, time and again', async () => {
  const path = join(folder, 'model.gguf')
  for (const stop of [1_000_000, 2_500_000, 2_500_001, 5_999_999]) {
    const before = sizeOf(`${path}.part`)
    server.faults.push({ kind: 'stall', afterBytes: stop - before })
    const { child, end } = start(path)
    while (sizeOf(`${path}.part`) < stop) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await end
    expect([existsSync(path), sizeOf(`${path}.part`)]).toEqual([false, stop])
  }
  expect(await start(path).end).toBe(0)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect([server.sentBytes, existsSync(`${path}.part`), existsSync(`${path}.part.json`)]).toEqual([bytes.length, false, false])
})
