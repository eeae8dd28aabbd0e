import { describe, expect, it } from 'vitest'
import { GgufError } from '../../../src-engine/gguf/reader'
import type { OpenModel } from '../../../src-engine/scheduler/model'
import { chat, failureOf, hello, inspected, kinds, load, loopBench, said, speaker } from '../../support/loop-bench'

describe('cancel', () => {
  it('ends a chat as cancelled, the text so far being given', async () => {
    let open: () => void = () => undefined
    let steps = 0
    const gate = (): Promise<void> => (++steps < 3 ? Promise.resolve() : new Promise((resolve) => (open = resolve)))
    const at = loopBench(speaker(hello, {}, gate))
    at.take(load(1))
    at.take(chat(2))
    while (steps < 3) await new Promise((resolve) => setImmediate(resolve))
    at.take({ kind: 'cancel', seq: 3, target: 2 })
    open()
    const events = await at.end(2)
    expect(said(events)).toBe('hello world')
    expect(events.at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'cancelled' } })
    expect(kinds(await at.end(3))).toEqual(['done'])
  })

  it('ends a chat that waits before it begins', async () => {
    const at = loopBench(speaker(hello))
    at.take(load(1))
    at.take(chat(2))
    at.take(chat(3))
    at.take({ kind: 'cancel', seq: 4, target: 3 })
    expect((await at.end(3)).at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'cancelled', tokens: { generated: 0 } } })
    expect(said(await at.end(2))).toBe('hello world ä')
  })

  it('ends a load as done without a model', async () => {
    const at = loopBench(speaker(hello), (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))))
    at.take(load(1))
    at.take({ kind: 'cancel', seq: 2, target: 1 })
    expect(kinds(await at.end(1))).toEqual(['done'])
  })

  it('of nothing is done', async () => {
    const at = loopBench(speaker(hello))
    at.take({ kind: 'cancel', seq: 1, target: 99 })
    expect(kinds(await at.end(1))).toEqual(['done'])
  })
})

describe('loading', () => {
  it('replaces the model before', async () => {
    const at = loopBench(speaker(hello))
    at.take(load(1, '/models/a.gguf'))
    at.take(load(2, '/models/b.gguf'))
    await at.end(2)
    expect(at.closes).toEqual(['/models/a.gguf'])
  })

  it('of a bad file leaves the model before in place', async () => {
    const at = loopBench(speaker(hello), (path) => (path.includes('bad') ? Promise.reject(new GgufError('is empty')) : Promise.resolve()))
    at.take(load(1))
    at.take(load(2, '/models/bad.gguf'))
    expect(failureOf(await at.end(2))).toBe('model-invalid: bad.gguf is empty.')
    at.take(chat(3))
    expect(said(await at.end(3))).toBe('hello world ä')
    expect(at.closes).toEqual([])
  })
})

describe('requests', () => {
  it('each end exactly once, in any mixture', async () => {
    const at = loopBench(speaker(hello))
    at.take({ kind: 'count', seq: 1, texts: ['a'] })
    at.take(load(2))
    at.take(chat(3))
    at.take({ kind: 'cancel', seq: 4, target: 3 })
    at.take(chat(5))
    at.take({ kind: 'count', seq: 6, texts: ['a'] })
    at.take({ kind: 'close', seq: 7 })
    await at.end(7)
    const ends = at.events.flatMap((event) => (event.kind === 'done' || event.kind === 'failed' ? event.seq : []))
    expect(ends.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(at.closes).toEqual(['/models/a.gguf', 'process'])
  })

  it('to count do not wait for the answer that is being written', async () => {
    let open: () => void = () => undefined
    let waiting = false
    const gate = (): Promise<void> => new Promise((resolve) => {
      waiting = true
      open = resolve
    })
    const at = loopBench(speaker(hello, {}, gate))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    while (!waiting) await new Promise((resolve) => setImmediate(resolve))
    at.take({ kind: 'count', seq: 3, texts: ['hello world', '', '<|im_end|>'] })
    expect(await at.end(3)).toContainEqual({ kind: 'counted', seq: 3, counts: [2, 0, 10] })
    at.take({ kind: 'cancel', seq: 4, target: 2 })
    open()
    await at.end(2)
  })
})

describe('a calibration', () => {
  const untilStopped: OpenModel['calibrate'] = (_, { signal }) => new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

  it('tells what it found', async () => {
    const at = loopBench(speaker(hello))
    at.take(load(1))
    at.take({ kind: 'calibrate', seq: 2, cases: [] })
    expect(kinds(await at.end(2))).toContain('calibrated')
  })

  it.each(['under way', 'that waits'])('%s ends where somebody comes, who is not kept waiting', async (which) => {
    const at = loopBench(speaker(hello), undefined, untilStopped)
    at.take(load(1))
    if (which === 'under way') await at.end(1)
    at.take({ kind: 'calibrate', seq: 2, cases: [] })
    at.take({ kind: 'measure', seq: 3 })
    expect(kinds(await at.end(3))).toContain('measured')
    expect(kinds(await at.end(2))).toEqual(['done'])
  })
})

describe('a file', () => {
  it('is looked at without waiting for the answer that is being written, and may be refused', async () => {
    let open: () => void = () => undefined
    const at = loopBench(speaker(hello, {}, () => new Promise((resolve) => (open = resolve))))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    at.take({ kind: 'inspect', seq: 3, path: '/models/a.gguf' })
    at.take({ kind: 'inspect', seq: 4, path: '/models/b.gguf' })
    expect(await at.end(3)).toEqual([{ kind: 'inspected', seq: 3, facts: inspected }, { kind: 'done', seq: 3 }])
    expect(await at.end(4)).toEqual([{ kind: 'failed', seq: 4, failure: { kind: 'model-invalid', message: 'b.gguf is damaged.' } }])
    at.take({ kind: 'cancel', seq: 5, target: 2 })
    open()
    await at.end(2)
  })
})
