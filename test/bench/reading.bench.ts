import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReadingTimes } from '../programs/time-reading'
import { printFigure } from '../support/figure'

/**
 * A reading of GLM-4-9B's geometry, 4 of its 40 layers over 32,768 tokens (128 MB), filled and not computed: what writing it with all its syncs takes, and
 * reading it by layers and by scattered blocks, from the page cache and from the disk, with the threads that Node has for files by default and with more. The
 * disk's own pace for the same bytes, in the same run: one write and sync of all, plain reads of a megabyte.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-reading-'))

const time = (threads: number): ReadingTimes => {
  const env = { ...process.env, UV_THREADPOOL_SIZE: String(threads) }
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', 'test/programs/time-reading.ts', join(folder, 'reading')], { encoding: 'utf8', env })) as ReadingTimes
}

try {
  for (const threads of [4, 16]) {
    const times = Array.from({ length: runs }, () => time(threads))
    for (const name of Object.keys(times[0] ?? {}) as (keyof ReadingTimes)[]) printFigure(`reading: ${name}, ${threads} threads`, 'MB/s', times.map((each) => each[name]))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
