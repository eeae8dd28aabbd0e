import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFileServer, type FileServer } from '../../support/file-server'

const bytes = Buffer.alloc(6_000_000, 'GGUF and more. ')
const sha256 = createHash('sha256').update(bytes).digest('hex')

interface Outcome {
  readonly failure: { readonly kind: string; readonly message: string } | null
  readonly files: Readonly<Record<string, number>>
}

let root: string
let folder: string
let server: FileServer

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-full-'))
  folder = join(root, 'models')
  mkdirSync(folder)
  writeFileSync(join(root, 'mine.gguf'), bytes)
  server = await startFileServer(bytes)
})
afterEach(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

/** A file system of 3 MB in memory, which this user may make where it may have a space of mounts of its own. */
const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe('a disk that is full in the middle', () => {
  it.runIf(canMount)('of a copy or a download ends it with a sentence; with more room the download goes on', async () => {
    const words = [...program(), 'mount', '-o', 'remount,size=12m', folder]
    const script = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"'
    const { copied, downloaded, again } = await run('unshare', ['--map-root-user', '--mount', 'bash', '-c', script, folder, process.execPath, ...words])
    checkFull(copied, downloaded)
    expect(again).toEqual({ failure: null, files: { 'model.gguf': bytes.length } })
    // Nothing was sent twice but what was on its way.
    const kept = downloaded.files['model.gguf.part'] ?? 0
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${kept}-`])
  })

  it.skipIf(process.platform === 'win32')('is the same to a copy and a download as a limit on the size of files', async () => {
    const { copied, downloaded } = await run('bash', ['-c', 'ulimit -f 3000; exec "$0" "$@"', process.execPath, ...program()])
    checkFull(copied, downloaded)
  })
})

const program = (): readonly string[] =>
  ['--import', 'tsx', 'test/programs/fill-models.ts', folder, join(root, 'mine.gguf'), server.url, String(bytes.length), sha256]

interface Outcomes {
  readonly copied: Outcome
  readonly downloaded: Outcome
  /** Of the download, once there was room. */
  readonly again: Outcome | null
}

async function run(command: string, words: readonly string[]): Promise<Outcomes> {
  const { stdout } = await promisify(execFile)(command, [...words], { encoding: 'utf8' })
  return JSON.parse(stdout) as Outcomes
}

function checkFull(copied: Outcome, downloaded: Outcome): void {
  expect(copied).toEqual({
    failure: {
      kind: 'disk-full',
      message: 'The disk is full, and “mine” could not be copied wholly; nothing of the copy is left. Make room, or use the file where it is.',
    },
    files: {},
  })
  expect(readFileSync(join(root, 'mine.gguf')).equals(bytes)).toBe(true)
  expect(downloaded.failure).toEqual({ kind: 'disk-full', message: 'The disk is full, and Model is not there wholly. Make room and go on; what came so far is kept.' })
  expect(Object.keys(downloaded.files)).toEqual(['model.gguf.part', 'model.gguf.part.json'])
  expect(downloaded.files['model.gguf.part']).toBeGreaterThan(2_000_000)
  expect(downloaded.files['model.gguf.part']).toBeLessThan(bytes.length)
}
