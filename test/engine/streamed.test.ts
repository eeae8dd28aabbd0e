import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine, type Session } from '../../src-engine/engine'
import type { KvBudget } from '../../src-engine/attention/mode'
import type { KeptKv } from '../../src-engine/prefill/kept'
import type { SessionOptions, SyncOptions } from '../../src-engine/session'
import { MemoryKv } from '../support/kept-kv'
import { bestOf } from '../support/logits'
import { modelFiles } from '../support/model-files'
import { randomTokens } from '../support/random-tokens'
import { writeSmallModel } from '../support/small-model'
import { starterModelPath } from '../support/starter-model'

const written = modelFiles()

const stepsMax = 32
const chunkTokens = 64

interface Opened {
  readonly path: string
  readonly engine: Engine
  readonly document: readonly number[]
  readonly question: readonly number[]
  readonly kept: MemoryKv
}

async function opened(path: string, length: number): Promise<Opened> {
  const engine = await openEngine({ path, threads: 2 })
  const [document, question] = [randomTokens(engine, length), randomTokens(engine, 140)]
  const kept = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
  await engine.prefill(document, kept, { superChunkTokens: 256, chunkTokens })
  return { path, engine, document, question, kept }
}

/** The smallest model's bytes of one KV head over so many places. */
const headBytes = ({ shape: { headSize } }: Engine, places: number): number => 4 * headSize * places

interface Answered {
  readonly attention: Session['attention']
  readonly logits: readonly Float32Array[]
}

/** Logits of all tokens of a question, and of some steps that follow, each the likeliest token. */
async function answered(session: Session, text: readonly number[], options: SyncOptions, steps = 4): Promise<Answered> {
  const logits: Float32Array[] = []
  await session.sync(text, { ...options, onLogits: (_, each) => logits.push(each.slice()) })
  for (let i = 0; i < steps; i++) logits.push((await session.step(bestOf(session.logits).token)).slice())
  return { attention: session.attention, logits }
}

const sameBits = (a: readonly Float32Array[], b: readonly Float32Array[]): boolean =>
  a.length === b.length && a.every((each, i) => Buffer.compare(bytesOf(each), bytesOf(b[i])) === 0)

const bytesOf = (numbers: Float32Array = new Float32Array(0)): Uint8Array => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)

describe.each([
  ['GLM-4-9B', { architecture: 'chatglm', layers: 3, kvHeads: 2 }],
  ['GLM-4-9B-1M', { architecture: 'glm4', layers: 2, kvHeads: 4, type: 'Q8_0' }],
] as const)('a text of which only some KV heads are in memory, %s’s', (name, small) => {
  let bench: Opened
  beforeAll(async () => {
    const path = written(name, writeSmallModel(small))
    bench = await opened(path, 1_001)
  })
  afterAll(() => bench.engine.close())

  const withSession = <T>(use: (session: Session) => Promise<T>, options?: Pick<SessionOptions, 'attention'>): Promise<T> => {
    const session = bench.engine.open({ chunkTokens, ...options })
    return use(session).finally(() => session.close())
  }

  const textOf = (documentTokens: number, questionTokens: number): readonly number[] =>
    [...bench.document.slice(0, documentTokens), ...bench.question.slice(0, questionTokens)]

  /** With rooms for so many heads; the tail has all tokens after the last whole block. */
  const budgetFor = (heads: number, tokens: number, taken: number): KvBudget => {
    const { engine } = bench
    const tokensMax = tokens + stepsMax
    const past = Math.floor(taken / 64) * 64
    const tail = Math.ceil((tokensMax - past) / 64) * 64
    const bytes = heads * headBytes(engine, past + tail) + all * headBytes(engine, tail)
    return { tokensMax, bytes: Math.min(bytes, all * headBytes(engine, past + tail) - 1) }
  }

  const all = small.layers * small.kvHeads

  it.each([
    [2, 'as few as can be', 1_001, 40, stepsMax],
    [3, 'one more', 1_001, 140, 4],
    [all, 'a byte less than all', 1_001, 64, 4],
    [all / 2, 'half', 1_001, 63, 4],
    [all / 2, 'half', 960, 65, 4],
    [all / 2, 'half', 960, 1, 4],
  ])('has the bits of one that is in memory: %i heads (%s), document of %i tokens, question of %i', async (heads, _, documentTokens, questionTokens, steps) => {
    const text = textOf(documentTokens, questionTokens)
    const resident = await withSession((session) => answered(session, text, { kept: bench.kept }, steps))
    const streamed = await withSession((session) => answered(session, text, { kept: bench.kept, budget: budgetFor(heads, text.length, documentTokens) }, steps))
    expect([resident.attention, streamed.attention]).toEqual(['resident', 'streamed'])
    expect(resident.logits).toHaveLength(questionTokens + steps)
    expect(sameBits(streamed.logits, resident.logits)).toBe(true)
  })

  it('has the bits of one that is in memory where each query head is one product', async () => {
    const text = textOf(1_001, 40)
    const [resident, streamed] = await Promise.all([undefined, budgetFor(3, text.length, 1_001)].map((budget) =>
      withSession((session) => answered(session, text, { kept: bench.kept, ...(budget && { budget }) }), { attention: 'plain' })))
    expect([resident?.attention, streamed?.attention]).toEqual(['resident', 'streamed'])
    expect(sameBits(streamed?.logits ?? [], resident?.logits ?? [])).toBe(true)
  })

  it('several tokens in a step, rewound', async () => {
    const text = textOf(1_001, 20)
    const [resident, streamed] = await Promise.all([undefined, budgetFor(2, text.length, 1_001)].map((budget) => withSession(async (session) => {
      await session.sync(text, { kept: bench.kept, ...(budget && { budget }) })
      const together = (await session.steps([7, 8, 9, 10])).map((each) => each.slice())
      session.rewind(text.length + 2)
      return [...together, (await session.step(11)).slice()]
    })))
    expect(sameBits(streamed ?? [], resident ?? [])).toBe(true)
  })

  it('tells where its heads looked as one does that is in memory', async () => {
    const text = textOf(1_001, 70)
    const watch = { heads: [{ layer: 1, head: 3 }, { layer: 0, head: 1 }], from: 1_001 }
    const [resident, streamed] = await Promise.all([undefined, budgetFor(2, text.length, 1_001)].map((budget) => withSession(async (session) => {
      await session.sync(text, { kept: bench.kept, watch, ...(budget && { budget }) })
      await session.step(5)
      return session.evidence({ start: 1_001, end: text.length + 1 }, [{ start: 0, end: 300 }, { start: 300, end: 1_060 }])
    })))
    expect(streamed).toEqual(resident)
  })

  it('keeps what it holds for the next question, and takes up its reading anew', () => withSession(async (session) => {
    const [first, second] = [textOf(1_001, 40), [...textOf(1_001, 0), ...bench.question.slice(50, 80)]]
    const budget = budgetFor(all - 2, 1_100, 1_001)
    expect(await session.sync(first, { kept: bench.kept, budget })).toEqual({ reused: 1_001, prefilled: 40 })
    const reads: number[] = []
    const again: KeptKv = {
      tokens: bench.kept.tokens,
      readLayer: (...which) => bench.kept.readLayer(...which),
      readHead: (layer, head, ...range) => (reads.push(layer * small.kvHeads + head), bench.kept.readHead(layer, head, ...range)),
      readBlocks: (...which) => bench.kept.readBlocks(...which),
    }
    expect(await session.sync([...first, 1, 2], { kept: again, budget })).toEqual({ reused: first.length, prefilled: 2 })
    // Six heads pass through four rooms: those that share one come once more.
    expect(reads).toEqual([all - 6, all - 5, all - 2, all - 1])
    const { logits } = await answered(session, second, { kept: again, budget })
    expect(sameBits(logits, await withSession(async (other) => (await answered(other, second, { kept: bench.kept })).logits))).toBe(true)
  }))

  it('has these bits where the memory is too small for weights that stay', async () => {
    const text = textOf(1_001, 20)
    const engine = await openEngine({ path: bench.path, threads: 2, freeBytes: 1 })
    expect(engine.residency).toBe('layer by layer')
    const session = engine.open({ chunkTokens })
    const streamed = await answered(session, text, { kept: bench.kept, budget: budgetFor(2, text.length, 1_001) })
    expect(streamed.attention).toBe('streamed')
    expect(sameBits(streamed.logits, await withSession(async (resident) => (await answered(resident, text, { kept: bench.kept })).logits))).toBe(true)
    engine.close()
  })

  it('goes over to memory where there is room, and back', () => withSession(async (session) => {
    const text = textOf(1_001, 40)
    const modes: Session['attention'][] = []
    for (const bytes of [budgetFor(2, text.length, 1_001).bytes, 2 ** 30, budgetFor(2, text.length, 1_001).bytes]) {
      expect(await session.sync(text, { kept: bench.kept, budget: { bytes, tokensMax: text.length + stepsMax } })).toEqual({ reused: 1_001, prefilled: 40 })
      expect(session.kvBytes).toBeLessThanOrEqual(bytes)
      modes.push(session.attention)
    }
    expect(modes).toEqual(['streamed', 'resident', 'streamed'])
  }))

  it('says how much it takes at least', () => withSession(async (session) => {
    const text = textOf(1_001, 40)
    const { bytes, tokensMax } = budgetFor(2, text.length, 1_001)
    await expect(session.sync(text, { kept: bench.kept, budget: { bytes: bytes - 1, tokensMax } })).rejects.toMatchObject({ name: 'KvBudgetError', neededBytes: bytes })
    // Without a reading all has to be in memory.
    await expect(session.sync(text, { budget: { bytes, tokensMax } })).rejects.toMatchObject({ name: 'KvBudgetError', neededBytes: bench.engine.kvBytesPerToken * 1_088 })
    expect(await session.sync(text, { kept: bench.kept, budget: { bytes, tokensMax } })).toEqual({ reused: 1_001, prefilled: 40 })
  }))

  it('ends soon when it is stopped or its reading fails, and goes on afterwards', () => withSession(async (session) => {
    const text = textOf(1_001, 40)
    const budget = budgetFor(2, text.length, 1_001)
    let left = 0
    const failing: KeptKv = {
      tokens: bench.kept.tokens,
      readLayer: (...which) => bench.kept.readLayer(...which),
      readHead: (...which) => (--left < 0 ? Promise.reject(new Error('the disk went away')) : bench.kept.readHead(...which)),
      readBlocks: (...which) => bench.kept.readBlocks(...which),
    }
    await expect(session.sync(text, { kept: failing, budget })).rejects.toThrow('the disk went away')
    left = 2 * all
    await session.sync(text, { kept: failing, budget })
    await expect(session.step(3, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
    left = 1
    await expect(session.step(3)).rejects.toThrow('the disk went away')
    expect(session.tokens).toEqual(text)
    left = all
    const logits = await session.step(3)
    expect(sameBits([logits], await withSession(async (other) => {
      await other.sync(text, { kept: bench.kept })
      return [await other.step(3)]
    }))).toBe(true)
  }))
})

it('SmolLM2 streamed has the bits of SmolLM2 in memory', async () => {
  const { engine, document, question, kept } = await opened(starterModelPath(), 300)
  const text = [...document, ...question.slice(0, 30)]
  const [resident, streamed] = [engine.open(), engine.open()]
  const a = await answered(resident, text, { kept })
  const b = await answered(streamed, text, { kept, budget: { tokensMax: text.length + 4, bytes: engine.kvBytesPerToken * 200 } })
  expect(b.attention).toBe('streamed')
  expect(sameBits(a.logits, b.logits)).toBe(true)
  engine.close()
})
