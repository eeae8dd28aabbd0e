import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'

const bytes = 2 ** 26

/** Memory of this process in large pages, bytes. */
function inLargePages(): number {
  const kilobytes = /^AnonHugePages:\s+(\d+) kB$/mu.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** Whether this computer gives large pages to those who ask. */
function areGiven(): boolean {
  try {
    return !readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8').includes('[never]')
  } catch {
    return false
  }
}

/** Bytes for which the system had no large page when one was asked for, by now and for whichever process: its memory may be in small pieces. */
function refused(): number {
  const counts = readFileSync('/proc/vmstat', 'utf8').matchAll(/^thp_fault_fallback(?:_charge)? (\d+)$/gmu)
  return [...counts].reduce((sum, [, count]) => sum + Number(count) * 2 ** 21, 0)
}

/** Bytes in large pages that came while `write` filled memory, or would have come had there been some. */
function gainedBy(write: () => void): number {
  const before = inLargePages() + refused()
  write()
  return inLargePages() + refused() - before
}

/** The same of memory that `make` gives. */
function gained(make: () => { write: () => void; free: () => void }): number {
  const { write, free } = make()
  const bytesGained = gainedBy(write)
  free()
  return bytesGained
}

describe.runIf(process.platform === 'linux')('memory for tensors', () => {
  const backend = openBackend({ threadsMax: 1 })
  const least = areGiven() ? bytes / 2 : 0

  it('comes in large pages where the system gives them', () => {
    const store = (): { write: () => void; free: () => void } => {
      const made = backend.store([{ type: dataType.f32, shape: [bytes / 4, 1, 1, 1] }])
      return { write: () => backend.clear(made), free: () => made.free() }
    }
    expect(gained(store)).toBeGreaterThanOrEqual(least)
  })

  it('that files are read into comes in large pages as well', () => {
    const share = (): { write: () => void; free: () => void } => {
      const made = backend.share(bytes)
      return { write: () => made.bytes.fill(1), free: () => made.free() }
    }
    expect(gained(share)).toBeGreaterThanOrEqual(least)
  })

  it('that files are read into is given back at once, though JavaScript still knows it', () => {
    const made = backend.share(bytes)
    const lacked = refused()
    made.bytes.fill(1)
    const before = inLargePages() + refused() - lacked
    made.free()
    expect(before - inLargePages()).toBeGreaterThanOrEqual(least)
    expect(made.bytes[bytes / 2]).toBe(areGiven() ? 0 : 1)
  })
})
