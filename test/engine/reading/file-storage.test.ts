import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFileStorage } from '../../../src-engine/reading/file-storage'
import { StorageEndError, StorageError } from '../../../src-engine/reading/storage'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'longleaf-storage-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

it('gives back any bytes that were written at any place, large ones in one piece, and zeros between', async () => {
  const path = join(folder, 'any')
  const storage = await openFileStorage(path, 'new')
  const large = Uint8Array.from({ length: 3_500_001 }, (_, i) => (i * 7919) >>> 5)
  await Promise.all([storage.write(100, large), storage.write(4_000_000, Uint8Array.of(1, 2, 3))])
  await storage.sync()
  expect([await storage.length(), statSync(path).size]).toEqual([4_000_003, 4_000_003])
  const into = new Uint8Array(4_000_003)
  await storage.read(0, into)
  const expected = new Uint8Array(4_000_003)
  expected.set(large, 100)
  expected.set([1, 2, 3], 4_000_000)
  expect(Buffer.from(into).equals(expected)).toBe(true)
  // More parts than a system reads at once.
  const parts = Array.from({ length: 3_000 }, (_, i) => new Uint8Array(i % 7 === 0 ? 0 : 1_000))
  await storage.read(50, ...parts)
  const read = Buffer.concat(parts)
  expect(read.equals(expected.subarray(50, 50 + read.length))).toBe(true)
  await storage.close()
})

it('says where the file ends, also while it became shorter', async () => {
  const path = join(folder, 'short')
  const storage = await openFileStorage(path, 'new')
  await storage.write(0, new Uint8Array(100))
  await expect(storage.read(90, new Uint8Array(11))).rejects.toThrow(new StorageEndError(100))
  await expect(storage.read(90, new Uint8Array(4), new Uint8Array(7))).rejects.toThrow(new StorageEndError(100))
  truncateSync(path, 40)
  await expect(storage.read(0, new Uint8Array(100))).rejects.toThrow(new StorageEndError(40))
  await storage.close()
})

it('tells what the system says as a sentence', async () => {
  const storage = await openFileStorage(join(folder, 'there'), 'new')
  await storage.close()
  await expect(storage.length()).rejects.toMatchObject({ name: 'StorageError', kind: 'failed', code: 'EBADF', message: expect.stringContaining('does not give or take') as string })
  await expect(openFileStorage(join(folder, 'there'), 'new')).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(openFileStorage(join(folder, 'none'), 'there')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(new StorageError('ENOSPC', null)).toMatchObject({ kind: 'full', message: expect.stringMatching(/^The disk is full.*Free some space/) as string })
})
