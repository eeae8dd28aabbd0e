import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContextExceededError, openEngine, type Engine, type Session, type SyncResult } from '../../src-engine/engine'
import { seededRandom } from '../support/seeded-random'
import { writeTinyLlama } from '../support/tiny-llama'

const chunkTokens = 64
const folder = mkdtempSync(join(tmpdir(), 'longleaf-session-'))
const path = join(folder, 'tiny.gguf')
let engine: Engine
let text: readonly number[]
let other: readonly number[]

beforeAll(async () => {
  writeFileSync(path, writeTinyLlama())
  engine = await openEngine({ path })
  const random = seededRandom(11)
  const tokens = (count: number): number[] => Array.from({ length: count }, () => Math.floor(random() * engine.shape.vocabulary))
  text = tokens(300)
  other = [...text.slice(0, 128), ...tokens(70)]
})

afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true })
})

function withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const session = engine.open({ chunkTokens })
  return use(session).finally(() => session.close())
}

const freshLogits = (tokens: readonly number[]): Promise<Float32Array> =>
  withSession(async (session) => {
    await session.sync(tokens)
    return session.logits.slice()
  })

const worstDifference = (a: Float32Array, b: Float32Array | undefined): number =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b?.[i] ?? Number.NaN))), 0)

describe('a session', () => {
  it('computes only what is new, and gives bit for bit what a fresh one gives with the same chunks', () => withSession(async (session) => {
    expect(await session.sync(text.slice(0, 128))).toEqual<SyncResult>({ reused: 0, prefilled: 128 })
    expect(await session.sync(text)).toEqual<SyncResult>({ reused: 128, prefilled: 172 })
    expect(session.logits).toEqual(await freshLogits(text))
    expect(session.tokens).toEqual(text)
  }))

  it('goes back to the longest common beginning when a text is another', () => withSession(async (session) => {
    await session.sync(text)
    expect(await session.sync(other)).toEqual<SyncResult>({ reused: 128, prefilled: 70 })
    expect(session.logits).toEqual(await freshLogits(other))
  }))

  it('computes nothing for the same text, and one token for a shorter one', () => withSession(async (session) => {
    await session.sync(text)
    const before = session.logits.slice()
    expect(await session.sync(text)).toEqual<SyncResult>({ reused: 300, prefilled: 0 })
    expect(session.logits).toEqual(before)
    expect(await session.sync(text.slice(0, 100))).toEqual<SyncResult>({ reused: 99, prefilled: 1 })
  }))

  it('goes back to a text that it read with the very logits of then, and goes on from there as then', () => withSession(async (session) => {
    await session.sync(text.slice(0, 200))
    const read = session.logits.slice()
    const after = (await session.step(7)).slice()
    await session.step(8)
    expect(await session.sync(text.slice(0, 200))).toEqual<SyncResult>({ reused: 200, prefilled: 0 })
    expect(session.logits).toEqual(read)
    expect(await session.step(7)).toEqual(after)
    await session.sync(other)
    expect(await session.sync(text.slice(0, 128))).toEqual<SyncResult>({ reused: 127, prefilled: 1 })
  }))

  it('steps as it reads, over the border of a window', () => withSession(async (session) => {
    await session.sync(text.slice(0, 250))
    for (const token of text.slice(250, 262)) await session.step(token)
    const read = await freshLogits(text.slice(0, 262))
    expect(session.tokens).toEqual(text.slice(0, 262))
    expect(worstDifference(session.logits, read)).toBeLessThan(0.01)
  }))

  it('takes steps together with the bits of one by one, over the border of a window, and forgets those that it is told to', () => withSession(async (session) => {
    await session.sync(text.slice(0, 250))
    const single: Float32Array[] = []
    for (const token of text.slice(250, 262)) single.push((await session.step(token)).slice())
    session.rewind(250)
    expect(session.tokens).toEqual(text.slice(0, 250))
    expect(() => session.logits).toThrow('No token was read yet')
    const together = await session.steps([...text.slice(250, 258), ...other.slice(0, 4)])
    together.slice(0, 8).forEach((logits, i) => expect(logits).toEqual(single[i]))
    session.rewind(258)
    const after = await session.steps(text.slice(258, 262))
    expect(session.tokens).toEqual(text.slice(0, 262))
    expect(after.at(-1)).toEqual(single[11])
    expect(session.logits).toEqual(single[11])
  }))

  it('refuses steps of no tokens, of too many, and past its end', () => withSession(async (session) => {
    await session.sync(text)
    await expect(session.steps([])).rejects.toThrow('0 tokens are not a step')
    await expect(session.steps(text.slice(0, 17))).rejects.toThrow('17 tokens are not a step')
    await session.sync(Array.from({ length: session.contextMax - 1 }, () => 1))
    await expect(session.steps([1, 2])).rejects.toThrow(new ContextExceededError(513, 512))
    expect(session.tokens).toHaveLength(511)
  }))

  it('serves two conversations side by side without mixing them', async () => {
    const [a, b] = [engine.open({ chunkTokens }), engine.open({ chunkTokens })]
    await Promise.all([a.sync(text), b.sync(other)])
    expect(a.logits).toEqual(await freshLogits(text))
    expect(b.logits).toEqual(await freshLogits(other))
    a.close()
    b.close()
  })

  it('tells its progress after each layer, up to all', () => withSession(async (session) => {
    const told: (readonly [done: number, total: number])[] = []
    await session.sync(text, { onProgress: (done, total) => told.push([done, total]) })
    expect(told).toEqual([[64, 300], [128, 300], [192, 300], [256, 300], [300, 300]])
  }))

  it('keeps whole chunks after a stop, and goes on from them as if nothing had been', () => withSession(async (session) => {
    const stop = new AbortController()
    const stopped = session.sync(text, { signal: stop.signal, onProgress: (done) => (done === 128 ? stop.abort() : undefined) })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(session.tokens).toEqual(text.slice(0, 128))
    expect(() => session.logits).toThrow('No token was read yet')
    expect(await session.sync(text)).toEqual<SyncResult>({ reused: 128, prefilled: 172 })
    expect(session.logits).toEqual(await freshLogits(text))
  }))

  it('does not count a stopped step', () => withSession(async (session) => {
    await session.sync(text.slice(0, 64))
    await expect(session.step(text[64] ?? 0, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
    expect(session.tokens).toHaveLength(64)
    await session.sync(text)
    expect(session.logits).toEqual(await freshLogits(text))
  }))

  it('refuses a text that does not fit, with both numbers, and an empty one', () => withSession(async (session) => {
    const tooLong = Array.from({ length: session.contextMax + 1 }, () => 1)
    await expect(session.sync(tooLong)).rejects.toThrow(new ContextExceededError(513, 512))
    await expect(session.sync([])).rejects.toThrow(RangeError)
  }))

  it('holds what the model was made for, or less if asked', () => {
    const session = engine.open({ contextMax: 100 })
    expect(session.contextMax).toBe(100)
    session.close()
    const larger = engine.open({ contextMax: 100_000 })
    expect(larger.contextMax).toBe(engine.shape.contextMax)
    larger.close()
  })

  it('leaves the processor alone when nothing is computed', () => withSession(async (session) => {
    await session.sync(text)
    await new Promise((resolve) => setTimeout(resolve, 200))
    // Threads that look for work never rest; what collects garbage does.
    let least = Infinity
    for (let i = 0; i < 5 && least >= 100; i++) {
      const before = process.cpuUsage()
      await new Promise((resolve) => setTimeout(resolve, 500))
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, (user + system) / 1000)
    }
    expect(least).toBeLessThan(100)
  }))
})

describe('a model', () => {
  it('tells how much of it is loaded, up to all', async () => {
    const told: number[] = []
    const second = await openEngine({ path, onProgress: (done, total) => told.push(done / total) })
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    second.close()
  })

  it('stops loading when told to', async () => {
    const stop = new AbortController()
    await expect(openEngine({ path, signal: stop.signal, onProgress: () => stop.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
