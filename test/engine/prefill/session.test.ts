import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine, type Session, type SyncResult } from '../../../src-engine/engine'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import type { SyncOptions } from '../../../src-engine/session'
import { MemoryKv } from '../../support/kept-kv'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel } from '../../support/small-model'
import { starterModelPath } from '../../support/starter-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-kept-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Bench {
  readonly engine: Engine
  readonly document: readonly number[]
  readonly question: readonly number[]
  readonly kept: MemoryKv
}

async function bench(path: string, length: number, sizes: { readonly superChunkTokens: number; readonly chunkTokens: number }): Promise<Bench> {
  const engine = await openEngine({ path, threads: 2 })
  const random = seededRandom(23)
  const tokens = (count: number): number[] => Array.from({ length: count }, () => Math.floor(random() * engine.shape.vocabulary))
  const [document, question] = [tokens(length), tokens(30)]
  const kept = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
  await engine.prefill(document, kept, sizes)
  return { engine, document, question, kept }
}

interface Answered {
  readonly result: SyncResult
  readonly logits: readonly Float32Array[]
}

/** Logits after a question and after each of some steps that follow. */
async function answered(session: Session, text: readonly number[], options: SyncOptions = {}): Promise<Answered> {
  const result = await session.sync(text, options)
  const logits = [session.logits.slice()]
  for (const token of [1, 2, 3]) logits.push((await session.step(token)).slice())
  return { result, logits }
}

describe('a session that begins with what is kept', () => {
  const sizes = { superChunkTokens: 256, chunkTokens: 64 } as const
  let engine: Engine
  let document: readonly number[]
  let question: readonly number[]
  let kept: MemoryKv

  beforeAll(async () => {
    const path = join(folder, 'chatglm.gguf')
    writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers: 3 }))
    const made = await bench(path, 1_001, sizes)
    engine = made.engine
    document = made.document
    question = made.question
    kept = made.kept
  })
  afterAll(() => engine.close())

  const withSession = <T>(use: (session: Session) => Promise<T>): Promise<T> => {
    const session = engine.open({ chunkTokens: sizes.chunkTokens })
    return use(session).finally(() => session.close())
  }

  /** By a session that reads the first `length` tokens of the text by itself, then the rest. */
  const alone = (text: readonly number[], length: number): Promise<readonly Float32Array[]> => withSession(async (session) => {
    await session.sync(text.slice(0, length))
    return (await answered(session, text)).logits
  })

  it('computes the question alone, and has the bits of one that read all by itself', () => withSession(async (session) => {
    const text = [...document, ...question]
    const { result, logits } = await answered(session, text, { kept })
    expect(result).toEqual({ reused: document.length, prefilled: question.length })
    expect(session.tokens).toEqual([...text, 1, 2, 3])
    expect(logits).toEqual(await alone(text, document.length))
  }))

  it('takes only what both texts begin with, and computes the rest', () => withSession(async (session) => {
    const text = [...document.slice(0, 640), ...question, ...document.slice(700)]
    const { result, logits } = await answered(session, text, { kept })
    expect(result).toEqual({ reused: 640, prefilled: text.length - 640 })
    expect(logits).toEqual(await alone(text, 640))
  }))

  it('holds what it has read, where that is more', () => withSession(async (session) => {
    const text = [...document, ...question]
    await session.sync(text, { kept })
    let read = 0
    const counted: KeptKv = {
      tokens: kept.tokens,
      readLayer: (...which) => (read++, kept.readLayer(...which)),
      readHead: (...which) => (read++, kept.readHead(...which)),
      readBlocks: (...which) => (read++, kept.readBlocks(...which)),
    }
    expect(await session.sync([...text, 5], { kept: counted })).toEqual({ reused: text.length, prefilled: 1 })
    expect(read).toBe(0)
    const second = [...document, 9, 8, 7]
    expect(await session.sync(second, { kept: counted })).toEqual({ reused: document.length, prefilled: 3 })
    expect(read).toBe(0)
  }))

  it('goes over from another text', () => withSession(async (session) => {
    const text = [...document, ...question]
    await session.sync([...question, ...document.slice(0, 300)])
    await session.step(4)
    const { result, logits } = await answered(session, text, { kept })
    expect(result).toEqual({ reused: document.length, prefilled: question.length })
    expect(logits).toEqual(await alone(text, document.length))
  }))

  it.each([['in memory', 'resident', 1], ['streamed', 'streamed', 0.8]] as const)('takes over what followed, too, with the bits of one that went on: %s', async (_, attention, share) => {
    const start = 960
    const first = [...document, ...question]
    const second = [...first, 1, 2, 3, ...question.slice(7, 22)]
    const tail = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
    const budget = { bytes: share * engine.kvBytesPerToken * 1_152, tokensMax: second.length + 3 }
    const wentOn = await withSession(async (session) => {
      await answered(session, first, { kept, budget })
      await session.keepTail({ start, kept: tail })
      return (await answered(session, second, { kept, budget })).logits
    })
    expect(tail.tokens).toEqual([...first, 1, 2, 3].slice(start))
    const options = { kept, budget, keptTail: { start, kept: tail } }
    const expected = { result: { reused: first.length + 3, prefilled: 15 }, logits: wentOn }
    await withSession(async (session) => {
      expect(await answered(session, second, options)).toEqual(expected)
      expect(session.attention).toBe(attention)
      // After another question about the same text, of which two tokens are the same.
      await session.sync([...document, ...question.slice(0, 2), 5, 6, 7], options)
      expect(await answered(session, second, options)).toEqual(expected)
      // What is not the beginning of the text is of no use.
      expect((await answered(session, [...document, 9, ...question], options)).result).toEqual({ reused: document.length, prefilled: question.length + 1 })
    })
  })

  it('looks again at what it has to watch', () => withSession(async (session) => {
    const text = [...document, ...question]
    const watch = { heads: [{ layer: 1, head: 2 }], from: 992 }
    expect(await session.sync(text, { kept, watch })).toEqual({ reused: 992, prefilled: text.length - 992 })
    const [mass] = await session.evidence({ start: 992, end: text.length }, [{ start: 0, end: text.length }])
    expect(mass).toBeCloseTo(text.length - 992, 3)
  }))

  it('is empty after what is kept could not be read, or a stop, and reads by itself then', () => withSession(async (session) => {
    const text = [...document, ...question]
    let left = 3
    const broken: KeptKv = {
      tokens: kept.tokens,
      readLayer: async (...which) => {
        if (--left === 0) throw new Error('the disk has a fault')
        return kept.readLayer(...which)
      },
      readHead: () => Promise.reject(new Error('no single head is read')),
      readBlocks: (...which) => kept.readBlocks(...which),
    }
    await session.sync(question)
    await expect(session.sync(text, { kept: broken })).rejects.toThrow('the disk has a fault')
    expect(session.tokens).toEqual([])
    await expect(session.sync(text, { kept, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(session.tokens).toEqual([])
    await session.sync(document)
    expect((await answered(session, text)).logits).toEqual(await alone(text, document.length))
  }))
})

it('SmolLM2 answers from what is kept with the bits of a session that read all by itself', async () => {
  const { engine, document, question, kept } = await bench(starterModelPath(), 700, { superChunkTokens: 512, chunkTokens: 512 })
  const text = [...document, ...question]
  const [session, alone] = [engine.open(), engine.open()]
  await alone.sync(document)
  const { result, logits } = await answered(session, text, { kept })
  expect(result).toEqual({ reused: 700, prefilled: 30 })
  expect(logits).toEqual((await answered(alone, text)).logits)
  engine.close()
})
