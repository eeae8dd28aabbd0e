import { lstat, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync, type Zippable } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unzip } from '../../scripts/setup/zip.mjs'

let folder: string
const target = (...names: readonly string[]): string => join(folder, 'out', ...names)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-zip-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function zipOf(entries: Zippable): Promise<string> {
  const path = join(folder, 'in.zip')
  await writeFile(path, zipSync(entries, { os: 3 }))
  return path
}

const unixMode = (mode: number): number => (mode << 16) >>> 0

describe('unpacking', () => {
  it('keeps folders, bytes, permissions and symbolic links', async () => {
    const zip = await zipOf({
      'App/run': [strToU8('#!/bin/sh'), { attrs: unixMode(0o100755) }],
      'App/data/large.bin': [new Uint8Array(200_000).fill(7), { attrs: unixMode(0o100644) }],
      'App/current': [strToU8('data'), { attrs: unixMode(0o120777) }],
    })
    await unzip(zip, target())
    expect((await stat(target('App', 'run'))).mode & 0o777).toBe(0o755)
    expect((await readFile(target('App', 'data', 'large.bin'))).equals(Buffer.alloc(200_000, 7))).toBe(true)
    expect((await lstat(target('App', 'current'))).isSymbolicLink()).toBe(true)
    expect(await readlink(target('App', 'current'))).toBe('data')
  })

  it('renames and leaves out what it is told to', async () => {
    const zip = await zipOf({ 'a/keep.txt': strToU8('1'), 'a/app/drop.txt': strToU8('2') })
    await unzip(zip, target(), (name) => (name.includes('/app/') ? undefined : name.replace(/^a\//, '')))
    expect(existsSync(target('keep.txt'))).toBe(true)
    expect(existsSync(target('app'))).toBe(false)
  })

  it.each(['../outside.txt', '/outside.txt', 'a/../../outside.txt'])('refuses %s, which would leave the folder', async (name) => {
    const zip = await zipOf({ [name]: strToU8('x') })
    await expect(unzip(zip, target())).rejects.toThrow()
    expect(existsSync(join(folder, 'outside.txt'))).toBe(false)
  })

  it('fails on a file that is no zip', async () => {
    const path = join(folder, 'not.zip')
    await writeFile(path, 'hello')
    await expect(unzip(path, target())).rejects.toThrow()
  })
})
