import { describe, expect, it } from 'vitest'
import { chat, hello, load, loopBench, speaker } from '../../support/loop-bench'

describe('progress', () => {
  it('is repeated while nothing moves, until the computation must have stopped', async () => {
    let open: () => void = () => undefined
    const at = loopBench(speaker(hello, {}, () => new Promise((resolve) => (open = resolve))))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    await new Promise((resolve) => setImmediate(resolve))
    const count = (): number => at.events.filter((event) => event.kind === 'progress' && event.seq === 2).length
    const before = count()
    for (let i = 0; i < 10; i++) at.advance(200)
    expect(count()).toBe(before + 10)
    at.advance(8 * 3_600_000)
    expect(count(), 'after the computer slept').toBe(before + 11)
    for (let i = 0; i < 1_000; i++) at.advance(200)
    const silent = count()
    at.advance(200)
    expect(count()).toBe(silent)
    at.take({ kind: 'cancel', seq: 3, target: 2 })
    open()
    await at.end(2)
    const ended = count()
    at.advance(200)
    expect(count()).toBe(ended)
  })

  it('comes at most twenty times a second however fast the tokens are', async () => {
    const at = loopBench(speaker(Array<number>(40).fill(hello[0] ?? 0)))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    // The clock stands still here: one for each phase.
    expect(events.filter(({ kind }) => kind === 'progress').map((event) => (event.kind === 'progress' ? event.phase : ''))).toEqual(['prefill', 'write'])
  })
})
