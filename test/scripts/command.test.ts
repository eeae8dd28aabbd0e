import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../../scripts/setup/paths.mjs'

let data: string

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'longleaf-command-'))
})

afterEach(() => rm(data, { recursive: true, force: true }))

const script = join(checkout, 'scripts', 'longleaf.mjs')
const environment = (): NodeJS.ProcessEnv => {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...others } = process.env
  return { ...others, LONGLEAF_DATA: data, LONGLEAF_OFFLINE: '1' }
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function longleaf(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env: environment(), cwd: data }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

/** Processes (also their displays) that were started for this test: they carry its data folder in their environment. */
function leftOver(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`LONGLEAF_DATA=${data}`)
    } catch {
      return false
    }
  })
}

async function untilGone(limitMs: number): Promise<readonly string[]> {
  const end = Date.now() + limitMs
  while (leftOver().length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100))
  return leftOver()
}

// /proc tells which processes are left; the command itself is the same everywhere.
describe.runIf(existsSync('/proc/self/environ'))('the command line', () => {
  it('writes one JSON document to standard output and nothing else', async () => {
    const { code, stdout, stderr } = await longleaf('list', '--json')
    expect(stderr).not.toMatch(/^\[\d+:\d{4}\//m)
    expect(JSON.parse(stdout)).toEqual({ documents: [] })
    expect(code).toBe(0)
    expect(await untilGone(30_000)).toEqual([])
  })

  it('gives the exit status of the app: 2 for wrong usage', async () => {
    const { code, stdout, stderr } = await longleaf('no-such-command', '--remote-debugging-port=1')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('no-such-command')
  })

  it('leaves no process behind when it is killed outright', async () => {
    const child = spawn(process.execPath, [script, 'list'], { env: environment(), cwd: data, stdio: 'ignore' })
    const isUp = (): boolean => leftOver().length > 3
    const end = Date.now() + 20_000
    while (!isUp() && child.exitCode === null && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(child.exitCode).toBeNull()
    child.kill('SIGKILL')
    expect(await untilGone(30_000)).toEqual([])
  })
})
