/** A process that writes a reading to a file, killed at random moments, and stopped by a disk that is full. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFileStorage } from '../../../src-engine/reading/file-storage'
import { openReading } from '../../../src-engine/reading/reading'
import { buildScript, type BuiltScript } from '../../support/built-worker'
import { expectWhole, identity, writeSegment } from '../../support/known-reading'
import { seededRandom } from '../../support/seeded-random'

const kills = Number(process.env['LONGLEAF_TEST_KILLS'] ?? 60)
const seed = 20261127
const tokensMax = 20_000

let child: BuiltScript
let folder: string
beforeAll(async () => {
  child = await buildScript('test/programs/write-reading.ts')
  folder = mkdtempSync(join(tmpdir(), 'longleaf-reading-'))
})
afterAll(() => {
  child.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Lets the process print so many lines, then kills it some milliseconds later; what it promised last. */
async function killAfter(path: string, lines: number, milliseconds: number): Promise<number | null> {
  const running = spawn(process.execPath, [child.path, path, String(tokensMax)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => running.once('close', () => { resolve() }))
  let printed = 0
  let promised: number | null = null
  const kill = (): void => { setTimeout(() => { running.kill('SIGKILL') }, milliseconds) }
  if (lines === 0) running.once('spawn', kill)
  for await (const line of createInterface({ input: running.stdout })) {
    promised = Number(line)
    if (++printed === lines) kill()
  }
  await ended
  return promised
}

/** Opens the reading and compares every byte; how many tokens it has. */
async function check(path: string, then: 'close' | 'write' = 'close'): Promise<number> {
  const storage = await openFileStorage(path, 'there')
  const found = await openReading(storage, identity)
  if (found.kind === 'set-aside') {
    await storage.close()
    throw new Error(found.why)
  }
  await expectWhole(found.reading)
  if (then === 'write') await writeSegment(found.reading, 64)
  const tokens = found.reading.tokens.length
  await found.reading.close()
  return tokens
}

it(`killed at any moment, a reading has all that was promised, all of it true (${kills} kills)`, async () => {
  const random = seededRandom(seed)
  const path = join(folder, 'killed')
  let least = 0
  let most = 0
  let mostAtOnce = 0
  for (let kill = 0; kill < kills; kill++) {
    const promised = await killAfter(path, Math.floor(random() * 6), random() * 12)
    if (!existsSync(path)) continue
    const where = `seed ${seed}, kill ${kill}`
    // Killed before the file had its first superblock it is no reading yet; it never is anything else.
    const tokens = await check(path).catch((error: unknown) => {
      if (least > 0 || promised !== null || !String(error).includes('never finished')) throw new Error(where, { cause: error })
      return null
    })
    if (tokens === null) {
      rmSync(path)
      continue
    }
    least = Math.max(least, promised ?? 0)
    expect(tokens, where).toBeGreaterThanOrEqual(least)
    mostAtOnce = Math.max(mostAtOnce, tokens - least)
    least = tokens
    most = Math.max(most, tokens)
    if (tokens < tokensMax) continue
    rmSync(path)
    least = 0
  }
  // At most the one segment that was committed and not yet told.
  expect(mostAtOnce).toBeLessThanOrEqual(320)
  expect(most).toBeGreaterThan(0)
}, 30_000 + kills * 2_000)

it('a full disk ends the writing with an error, and what was committed before is whole and goes on when there is room', async () => {
  const path = join(folder, 'full')
  // No program may write files larger than this: as a full disk, for any user, on any system with a shell. Blocks are of 1024 bytes.
  const said = execFileSync('bash', ['-c', `ulimit -f 500; exec "${process.execPath}" "${child.path}" "${path}" ${tokensMax}`], { encoding: 'utf8' })
  const lines = said.trim().split('\n')
  expect(lines.at(-1)).toBe('EFBIG')
  expect(await check(path)).toBe(Number(lines.at(-2)))
  expect(Number(lines.at(-2))).toBeGreaterThan(1000)
  expect(await check(path, 'write')).toBe(Number(lines.at(-2)) + 64)
  await check(path)
})
