import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { openEngine, type Engine } from '../../../src-engine/engine'
import type { Residency } from '../../../src-engine/model/residency'
import { prefill } from '../../../src-engine/prefill/prefill'
import { MemoryKv } from '../../support/kept-kv'
import { modelFiles } from '../../support/model-files'
import { randomTokens } from '../../support/random-tokens'
import { writeSmallModel, type SmallModel } from '../../support/small-model'
import { starterModelPath } from '../../support/starter-model'
import { withParts as withThreadsAnd, type OpenedModel } from '../../support/token-major'

const file = modelFiles()

const written = (name: string, model: SmallModel): string => file(name, writeSmallModel(model))

const models = {
  'SmolLM2, whose embedding is its head': () => starterModelPath(),
  'a small chatglm': () => written('chatglm', { architecture: 'chatglm', layers: 5, type: 'Q4_0' }),
  'a small glm4 of Q4_1': () => written('glm4', { architecture: 'glm4', layers: 3, type: 'Q4_1' }),
  'a small qwen2 of one layer': () => written('qwen2', { architecture: 'qwen2', layers: 1, type: 'Q8_0' }),
} as const

const withParts = <T>(path: string, residency: Residency, use: (opened: OpenedModel) => Promise<T>): Promise<T> => withThreadsAnd(path, 1, use, residency)

async function withEngine<T>(path: string, residency: Residency, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine({ path, threads: 1, freeBytes: residency === 'resident' ? Infinity : 0 })
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}

interface Read {
  readonly digest: string
  readonly logits: Float32Array | undefined
  /** Of weights that were in memory meanwhile. */
  readonly mostBytes: number
}

async function read({ backend, model }: OpenedModel, length: number): Promise<Read> {
  const kept = new MemoryKv({ heads: model.shape.kvHeads, headSize: model.shape.headSize })
  let mostBytes = 0
  const onProgress = (): void => { mostBytes = Math.max(mostBytes, model.weights.bytes) }
  const { logits } = await prefill(backend, model, randomTokens(model, length), kept, { superChunkTokens: 64, chunkTokens: 64, onProgress })
  return { digest: await kept.digest(), logits, mostBytes }
}

const length = 180

describe('weights that come layer by layer', () => {
  it.each(Object.keys(models) as (keyof typeof models)[])('read a text with the bits of weights that stay: %s', async (name) => {
    const path = models[name]()
    const [resident, byLayer] = [await withParts(path, 'resident', (opened) => read(opened, length)), await withParts(path, 'layer by layer', (opened) => read(opened, length))]
    expect(byLayer.digest).toBe(resident.digest)
    expect(byLayer.logits).toEqual(resident.logits)
  })

  it('are never more than two layers, but for the rows of the embedding that were looked up and, at the end, the head', async () => {
    const layers = 8
    const path = written('deep', { architecture: 'chatglm', layers })
    const all = await withParts(path, 'resident', async ({ model }) => model.weights.bytes)
    const embeddingAndHead = 2 * 288 * 512 * 2
    await withParts(path, 'layer by layer', async (opened) => {
      const { mostBytes } = await read(opened, length)
      expect(mostBytes).toBeLessThan(embeddingAndHead + 2.1 * ((all - embeddingAndHead) / layers))
      // What was read ahead is given back when it has come.
      await vi.waitFor(() => expect(opened.model.weights.bytes).toBeLessThanOrEqual(embeddingAndHead / 2), 5_000)
    })
  })

  it('answer with the bits of weights that stay, also after and before another text is read', async () => {
    const path = models['a small chatglm']()
    const say = (engine: Engine): Promise<readonly Float32Array[]> => {
      const session = engine.open({ contextMax: 600 })
      const [text, other] = [randomTokens(engine, 300), randomTokens(engine, 200)]
      const rows: Float32Array[] = []
      const follow = async (tokens: readonly number[]): Promise<void> => {
        await session.sync(tokens)
        rows.push(session.logits.slice())
        for (const token of [5, 6, 7]) rows.push((await session.step(token)).slice())
        for (const row of await session.steps([8, 9])) rows.push(row.slice())
      }
      return follow(text).then(() => follow(other)).then(() => rows)
    }
    expect(await withEngine(path, 'layer by layer', say)).toEqual(await withEngine(path, 'resident', say))
  })

  it('serve a text and a session that go on at once', async () => {
    const path = models['a small chatglm']()
    const both = (engine: Engine): Promise<unknown> => {
      const kept = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
      const session = engine.open({ contextMax: 1_000 })
      const reading = engine.prefill(randomTokens(engine, 600), kept, { superChunkTokens: 512 })
      const answering = session.sync(randomTokens(engine, 500)).then(() => session.step(3)).then((logits) => logits.slice())
      return Promise.all([reading, answering]).then(async ([{ logits }, answer]) => [await kept.digest(), logits, answer])
    }
    expect(await withEngine(path, 'layer by layer', both)).toEqual(await withEngine(path, 'resident', both))
  })

  it('that do not come any more, or are others by now, end the reading with a reason', async () => {
    const path = models['a small chatglm']()
    const whole = readFileSync(path)
    await withParts(path, 'layer by layer', async (opened) => {
      truncateSync(path, whole.length / 2)
      await expect(read(opened, length)).rejects.toThrow(/became shorter while it was read/)
      writeFileSync(path, whole)
      await expect(read(opened, length)).rejects.toThrow(/was changed on its disk while it was used/)
    })
  })

  it('are never all brought into a computer that is too small for them, which reads a text all the same', async () => {
    const engine = await openEngine({ path: models['a small chatglm'](), threads: 1, freeBytes: 0, totalBytes: 4e6 })
    const kept = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
    const text = randomTokens(engine, length)
    await expect(engine.open().sync(text)).rejects.toThrow(/more than the memory of this computer/)
    expect(await engine.prefill(text, kept, { superChunkTokens: 512 })).toMatchObject({ prefilled: length })
    engine.close()
  })

  it('may be given back while the next layer is read', async () => {
    const path = models['a small chatglm']()
    for (let i = 0; i < 20; i++) await withParts(path, 'layer by layer', async ({ model }) => (await model.weights.hold([i % 5]))())
  })
})
