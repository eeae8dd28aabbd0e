import { describe, expect, it } from 'vitest'
import { createBetween } from '../../../src-engine/scheduler/between'

/** A clock that each wait moves on. */
function bench(restShare: () => number) {
  let clock = 0
  let others = 0
  const abort = new AbortController()
  const world = {
    now: () => clock,
    every(milliseconds: number, tick: () => void) {
      const timer = setImmediate(() => {
        clock += milliseconds
        tick()
      })
      return () => clearImmediate(timer)
    },
    breathe: () => Promise.resolve(),
  }
  const between = createBetween(world, { restShare, signal: abort.signal, others: () => Promise.resolve(void others++) })
  return { between, abort, compute: (milliseconds: number) => { clock += milliseconds }, now: () => clock, others: () => others }
}

describe('between two chunks', () => {
  it('there is no rest where none is wanted, and others come first once', async () => {
    const at = bench(() => 0)
    at.compute(400)
    await at.between()
    expect([at.now(), at.others()]).toEqual([400, 1])
  })

  it('the computer rests in proportion to what was computed, and others are looked for all the while', async () => {
    const at = bench(() => 1.5)
    at.compute(400)
    await at.between()
    expect(at.now()).toBe(400 + 600)
    expect(at.others()).toBe(1 + 12)
    at.compute(100)
    await at.between()
    expect(at.now()).toBe(1_000 + 100 + 150)
  })

  it('after a chunk in which the computer slept it does not rest as long as that', async () => {
    const at = bench(() => 1)
    at.compute(3_600_000)
    await at.between()
    expect(at.now()).toBe(3_600_000 + 10_000)
  })

  it('a rest ends when what is read is stopped, or the rest is not wanted any more', async () => {
    let share = 1_000
    const at = bench(() => share)
    at.compute(400)
    const resting = at.between()
    at.abort.abort()
    await resting
    expect(at.now()).toBeLessThanOrEqual(450)
    const other = bench(() => share)
    other.compute(400)
    const again = other.between()
    share = 0
    await again
    expect(other.now()).toBeLessThanOrEqual(450)
  })
})
