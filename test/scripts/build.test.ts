import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../../scripts/run/build.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-build-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the lock of a build', () => {
  it('lets one job in at a time', async () => {
    const lock = join(folder, 'out', 'building')
    let inside = 0
    let most = 0
    const job = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setTimeout(resolve, 30))
      inside--
    }
    await Promise.all([withLock(lock, job), withLock(lock, job), withLock(lock, job)])
    expect(most).toBe(1)
    expect(existsSync(lock)).toBe(false)
  })

  it('is given back when the job fails', async () => {
    const lock = join(folder, 'building')
    await expect(withLock(lock, () => Promise.reject(new Error('no build')))).rejects.toThrow('no build')
    expect(existsSync(lock)).toBe(false)
  })

  it('of a process that died does not count', async () => {
    const lock = join(folder, 'building')
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    await writeFile(lock, String(pid))
    let ran = false
    await withLock(lock, () => {
      ran = true
      return Promise.resolve()
    })
    expect(ran).toBe(true)
  })
})
