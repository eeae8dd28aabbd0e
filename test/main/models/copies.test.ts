import { constants, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CopyProgress } from '../../../src-main/contract/model'
import { createCopies, type Copies } from '../../../src-main/models/copies'

let root: string
let copies: Copies
let heard: (readonly [name: string, copy: CopyProgress | null])[]
let onHeard: (copy: CopyProgress | null) => void

const totalBytes = 20_000_003

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-copies-'))
  heard = []
  onHeard = () => undefined
  copies = createCopies((name, copy) => {
    heard.push([name, copy])
    onHeard(copy)
  })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A file of one letter repeated, and where it is to go. */
const file = (letter: string, bytes: number): { readonly from: string; readonly to: string } => {
  writeFileSync(join(root, letter), letter.repeat(bytes))
  return { from: join(root, letter), to: join(root, `${letter}.gguf`) }
}

it('all parts are there in the end, and only then have their names', async () => {
  const files = [file('a', totalBytes - 3), file('b', 3)]
  onHeard = (copy) => expect(copy === null || readdirSync(root).every((name) => !name.endsWith('.gguf'))).toBe(true)
  await copies.run('mine', files, totalBytes)
  expect(files.map(({ from, to }) => readFileSync(from).equals(readFileSync(to)))).toEqual([true, true])
  expect(readdirSync(root).sort()).toEqual(['a', 'a.gguf', 'b', 'b.gguf'])
  expect(heard.map(([name]) => name).every((name) => name === 'mine')).toBe(true)
  expect([heard[0]?.[1], heard.at(-1)?.[1]]).toEqual([{ doneBytes: 0, totalBytes }, null])
})

/** Some file systems copy by sharing the blocks, at once. */
const sharesBlocks = ((): boolean => {
  const path = join(mkdtempSync(join(tmpdir(), 'longleaf-shared-')), 'a')
  writeFileSync(path, 'a')
  try {
    copyFileSync(path, `${path}2`, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    rmSync(dirname(path), { recursive: true })
  }
})()

it.skipIf(sharesBlocks)('bytes are told as they come, at most four times a second', async () => {
  // A file without content on the disk is read as quickly as memory is.
  const large = file('a', 1)
  truncateSync(large.from, 3_000_000_000)
  const stop = new Promise<void>((resolve) => {
    onHeard = (copy) => copy !== null && copy.doneBytes > 0 && resolve()
  })
  const done = copies.run('mine', [large], 3_000_000_000)
  await stop
  await copies.cancel('mine')
  await expect(done).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  const [, second] = heard
  expect(second?.[1]?.doneBytes).toBeGreaterThan(0)
  expect(heard.length).toBeLessThan(100)
})

it('one that is stopped leaves nothing but what was there before', async () => {
  const files = [file('a', totalBytes - 3), file('b', 3)]
  const done = copies.run('mine', files, totalBytes)
  await expect(copies.run('mine', files, totalBytes)).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
  const failed = expect(done).rejects.toMatchObject({ failure: { kind: 'cancelled', message: '“mine” was not copied to the end; nothing of the copy is left.' } })
  await copies.cancel('mine')
  expect(readdirSync(root).sort()).toEqual(['a', 'b'])
  await failed
  expect(heard.at(-1)).toEqual(['mine', null])
  await copies.run('mine', files, totalBytes)
  expect(readdirSync(root)).toHaveLength(4)
})

it('one that is stopped when it is first told of leaves nothing either', async () => {
  let stopped = Promise.resolve()
  onHeard = () => {
    if (heard.length === 1) stopped = copies.cancel('mine')
  }
  await expect(copies.run('mine', [file('a', totalBytes)], totalBytes)).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  await stopped
  expect(readdirSync(root)).toEqual(['a'])
  expect([heard[0]?.[1], heard.at(-1)?.[1]]).toEqual([{ doneBytes: 0, totalBytes }, null])
})

it('all end where the app does, and what is not being copied need not be stopped', async () => {
  const done = Promise.allSettled(['a', 'b'].map((name) => copies.run(name, [file(name, totalBytes)], totalBytes)))
  await copies.close()
  await copies.cancel('other')
  expect((await done).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(readdirSync(root).sort()).toEqual(['a', 'b'])
})
