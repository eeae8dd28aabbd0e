import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContextExceededError, openEngine, type Engine } from '../../../src-engine/engine'
import type { PrefillProgress } from '../../../src-engine/prefill/course'
import type { GrowingKv } from '../../../src-engine/prefill/kept'
import { MemoryKv } from '../../support/kept-kv'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel } from '../../support/small-model'

const sizes = { superChunkTokens: 128, chunkTokens: 64 } as const
const layers = 3
const folder = mkdtempSync(join(tmpdir(), 'longleaf-resume-'))
let engine: Engine
let text: readonly number[]
let question: readonly number[]
let unbroken: { readonly digest: string; readonly logits: Float32Array | undefined }

const empty = (): MemoryKv => new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })

beforeAll(async () => {
  const path = join(folder, 'chatglm.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers }))
  engine = await openEngine({ path, threads: 2 })
  const random = seededRandom(17)
  const tokens = (count: number): number[] => Array.from({ length: count }, () => Math.floor(random() * engine.shape.vocabulary))
  // Two whole super-chunks and one of 40 tokens: five chunks in each layer.
  text = tokens(296)
  question = tokens(90)
  const kept = empty()
  const { logits } = await engine.prefill(text, kept, sizes)
  unbroken = { digest: await kept.digest(), logits }
})

afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true })
})

/** Calls `act` before the n-th chunk of a layer that is computed. */
function beforeChunk(n: number, act: () => unknown): () => Promise<void> {
  let computed = 0
  return async () => {
    if (++computed === n) await act()
  }
}

const computedChunks = Array.from({ length: 15 }, (_, i) => i + 1)
/** Tokens that are kept when the n-th chunk is the first that is not computed. */
const keptBefore = (n: number): number => Math.floor((n - 1) / (2 * layers)) * 128

describe('a text whose reading stops', () => {
  it.each(computedChunks)('before chunk %i keeps whole super-chunks, and goes on from them to the same bits', async (n) => {
    const kept = empty()
    const stop = new AbortController()
    await expect(engine.prefill(text, kept, { ...sizes, signal: stop.signal, between: beforeChunk(n, () => stop.abort()) })).rejects.toMatchObject({ name: 'AbortError' })
    expect(kept.tokens).toEqual(text.slice(0, keptBefore(n)))
    const { reused, prefilled, logits } = await engine.prefill(text, kept, sizes)
    expect([reused, prefilled]).toEqual([keptBefore(n), text.length - keptBefore(n)])
    expect(logits).toEqual(unbroken.logits)
    expect(await kept.digest()).toBe(unbroken.digest)
  })

  it.each(computedChunks)('before chunk %i of super-chunks that grow loses at most as much as it keeps, or the first, and goes on to the same bits', async (n) => {
    const kept = empty()
    const growing = { ...sizes, firstTokens: 64 }
    const stop = new AbortController()
    await expect(engine.prefill(text, kept, { ...growing, signal: stop.signal, between: beforeChunk(n, () => stop.abort()) })).rejects.toMatchObject({ name: 'AbortError' })
    // 64 tokens, 64, 128 and 40: one, one, two and one chunk in each layer.
    const keptTokens = [0, 64, 128, 128, 256][Math.floor((n - 1) / layers)] ?? expect.fail()
    expect(kept.tokens).toEqual(text.slice(0, keptTokens))
    expect((await engine.prefill(text, kept, growing)).logits).toEqual(unbroken.logits)
    expect(await kept.digest()).toBe(unbroken.digest)
  })

  it('within chunks goes on to the same bits', async () => {
    const kept = empty()
    for (const n of [3, 8, 2]) {
      const stop = new AbortController()
      const stopping = beforeChunk(n, () => void setImmediate(() => stop.abort()))
      await expect(engine.prefill(text, kept, { ...sizes, signal: stop.signal, between: stopping })).rejects.toMatchObject({ name: 'AbortError' })
    }
    expect(kept.tokens).toEqual(text.slice(0, 128))
    expect((await engine.prefill(text, kept, sizes)).logits).toEqual(unbroken.logits)
    expect(await kept.digest()).toBe(unbroken.digest)
  })

  it.each(['begin', 'write', 'commit', 'read'] as const)('because of a disk that fails to %s says so, and goes on when it works again', async (fault) => {
    const kept = empty()
    await expect(engine.prefill(text, failing(kept, fault, 3), sizes)).rejects.toThrow('no space left on device')
    expect(kept.tokens.length % 128).toBe(0)
    expect((await engine.prefill(text, kept, sizes)).logits).toEqual(unbroken.logits)
    expect(await kept.digest()).toBe(unbroken.digest)
  })
})

describe('a text that is being read', () => {
  it('lets a question be answered between its chunks, with the bits of both as if each were alone', async () => {
    const session = engine.open({ chunkTokens: 64 })
    await session.sync(question)
    const alone = session.logits.slice()
    session.rewind(0)
    const kept = empty()
    const { logits } = await engine.prefill(text, kept, { ...sizes, between: beforeChunk(7, () => session.sync(question)) })
    expect(session.logits).toEqual(alone)
    expect(logits).toEqual(unbroken.logits)
    expect(await kept.digest()).toBe(unbroken.digest)
    session.close()
  })

  it('tells how far it is after each chunk of each layer, up to all', async () => {
    const told: PrefillProgress[] = []
    await engine.prefill(text, empty(), { ...sizes, onProgress: (progress) => told.push(progress) })
    expect(told).toHaveLength(15)
    expect(told.map(({ tokensDone }) => tokensDone)).toEqual(told.map(({ tokensDone }) => tokensDone).sort((a, b) => a - b))
    expect([5, 11, 14].map((index) => told[index]?.tokensDone)).toEqual([128, 256, 296])
    expect(told.every(({ tokensTotal }) => tokensTotal === text.length)).toBe(true)
    expect(told.every(({ millisecondsLeft }) => millisecondsLeft >= 0 && Number.isFinite(millisecondsLeft))).toBe(true)
  })

  it('is not read again once it is kept, and nothing that does not fit is', async () => {
    const kept = empty()
    await engine.prefill(text, kept, sizes)
    expect(await engine.prefill(text, kept, sizes)).toEqual({ reused: text.length, prefilled: 0, logits: undefined })
    await expect(engine.prefill([...text, 1], kept, sizes)).rejects.toThrow('No chunk of 64 tokens follows 296 of 297')
    await expect(engine.prefill(text.slice(1), kept, sizes)).rejects.toThrow('No chunk of 64 tokens follows 296 of 295')
    await expect(engine.prefill(new Array<number>(131_073).fill(1), empty())).rejects.toThrow(new ContextExceededError(131_073, 131_072))
    await expect(engine.prefill(text, empty(), { superChunkTokens: 100, chunkTokens: 50 })).rejects.toThrow('not whole chunks of 50 and blocks of 64')
  })
})

/** The same, but its n-th call of one kind fails. */
function failing(kept: MemoryKv, fault: 'begin' | 'write' | 'commit' | 'read', n: number): GrowingKv {
  const left = { begin: n, write: n, commit: Math.min(n, 2), read: n }
  const due = (kind: keyof typeof left): void => {
    if (kind === fault && --left[kind] === 0) throw new Error('no space left on device')
  }
  return {
    tokens: kept.tokens,
    async readLayer(...which) {
      due('read')
      return kept.readLayer(...which)
    },
    readHead: (...which) => kept.readHead(...which),
    readBlocks: (...which) => kept.readBlocks(...which),
    async begin(tokens) {
      due('begin')
      const segment = await kept.begin(tokens)
      return {
        async writeLayer(layer, extent) {
          due('write')
          return segment.writeLayer(layer, extent)
        },
        async commit() {
          due('commit')
          return segment.commit()
        },
        abandon: () => segment.abandon(),
      }
    },
  }
}
