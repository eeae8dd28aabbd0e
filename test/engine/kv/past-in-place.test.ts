import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine, type Session } from '../../../src-engine/engine'
import type { KvBudget } from '../../../src-engine/attention/mode'
import { loadKernels } from '../../../src-engine/ggml/libraries/kernels'
import { keepIn } from '../../../src-engine/prefill/keep-in'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import type { Reading } from '../../../src-engine/reading/reading'
import { heldReading } from '../../support/held-reading'
import { sourcesOf } from '../../support/known-reading'
import { modelFiles } from '../../support/model-files'
import { randomTokens } from '../../support/random-tokens'
import { writeSmallModel } from '../../support/small-model'

const written = modelFiles()
/** Of its segments the last one ends inside a block. */
const [documentTokens, superChunkTokens, chunkTokens, stepsMax] = [1_001, 256, 64, 32]

/** What a session asks of a reading. */
interface Asked {
  readonly kept: KeptKv
  /** How often a KV head was brought. */
  readonly brought: () => number
}

function watched(reading: Reading): Asked {
  let brought = 0
  return {
    brought: () => brought,
    kept: {
      tokens: reading.tokens,
      readLayer: (...which) => reading.readLayer(...which),
      readHead: (...which) => (brought++, reading.readHead(...which)),
      readBlocks: (...which) => reading.readBlocks(...which),
      blocksInFile: (...which) => reading.blocksInFile(...which),
    },
  }
}

describe.skipIf(loadKernels()?.readFiles !== true).each([
  ['GLM-4-9B', { architecture: 'chatglm', layers: 6, kvHeads: 2 }],
  ['GLM-4-9B-1M', { architecture: 'glm4', layers: 4, kvHeads: 4, type: 'Q8_0' }],
] as const)('a text whose past is attended in its file, %s’s', (name, small) => {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-in-place-'))
  const all = small.layers * small.kvHeads
  let engine: Engine
  let reading: Reading
  let text: readonly number[]
  let file: string
  let close: () => Promise<void>

  beforeAll(async () => {
    engine = await openEngine({ path: written(name, writeSmallModel(small)), threads: 2 })
    const document = randomTokens(engine, documentTokens)
    text = [...document, ...randomTokens(engine, 70)]
    ;({ reading, close } = await heldReading(engine, folder))
    await engine.prefill(document, await keepIn(reading, document, sourcesOf(0, document.length)), { superChunkTokens, chunkTokens })
    file = join(folder, readdirSync(folder).find((each) => each.endsWith('.reading')) ?? '')
  })
  afterAll(async () => {
    await close()
    engine.close()
    rmSync(folder, { recursive: true })
  })

  const withSession = async <T>(use: (session: Session) => Promise<T>): Promise<T> => {
    const session = engine.open({ chunkTokens })
    try {
      return await use(session)
    } finally {
      session.close()
    }
  }

  /** With rooms for so many heads. */
  const budgetFor = (heads: number): KvBudget => {
    const headBytes = (places: number): number => 4 * engine.shape.headSize * places
    const tokensMax = text.length + stepsMax
    const past = Math.floor(documentTokens / 64) * 64
    const tail = Math.ceil((tokensMax - past) / 64) * 64
    return { tokensMax, bytes: heads * headBytes(past + tail) + all * headBytes(tail) }
  }

  /** Logits of single steps and of some together, of which some are taken back. */
  async function stepped(session: Session): Promise<readonly Uint8Array[]> {
    const bytes = (numbers: Float32Array): Uint8Array => new Uint8Array(numbers.slice().buffer)
    const found = [bytes(await session.step(7)), bytes(await session.step(8))]
    found.push(...(await session.steps([9, 10, 11])).map(bytes))
    session.rewind(text.length + 3)
    return [...found, bytes(await session.step(12))]
  }

  // Four rooms are passed through, where there are more: of the heads none stays, or three, or some layers and one head more.
  it.each([2, 7, 3 + all / 2])('finds the bits of one that is in memory, with rooms for %i heads', async (rooms) => {
    const resident = await withSession(async (session) => {
      await session.sync(text, { kept: reading })
      return stepped(session)
    })
    const asked = watched(reading)
    const streamed = await withSession(async (session) => {
      await session.sync(text, { kept: asked.kept, budget: budgetFor(rooms) })
      expect(session.attention).toBe('streamed')
      const before = asked.brought()
      const found = await stepped(session)
      expect(asked.brought() - before, 'nothing is brought, as all blocks were read and checked before').toBe(0)
      return found
    })
    expect(streamed).toEqual(resident)
  })

  it('brings heads the first time, when their blocks are checked', () => withSession(async (session) => {
    const again = await heldReading(engine, folder)
    expect(again.reading.blocksInFile(0, 0, documentTokens)).toBeUndefined()
    const asked = watched(again.reading)
    await session.sync(text, { kept: asked.kept, budget: budgetFor(2) })
    expect(asked.brought()).toBeGreaterThanOrEqual(all)
    expect(again.reading.blocksInFile(0, 0, 960)?.runs.at(-1)?.end).toBe(15)
    await again.close()
  }))

  it('says what is wrong with a file that is cut meanwhile, and goes on where it is whole again', () => withSession(async (session) => {
    await session.sync(text, { kept: reading, budget: budgetFor(2) })
    const expected = (await session.step(7)).slice()
    session.rewind(text.length)
    const whole = readFileSync(file)
    truncateSync(file, Math.floor(whole.length / 2))
    await expect(session.step(7)).rejects.toMatchObject({ name: 'ReadingDamagedError' })
    expect(session.tokens).toEqual(text)
    // The cut reading writes down by and by what it still has.
    const elsewhere = mkdtempSync(join(folder, 'whole-'))
    writeFileSync(join(elsewhere, basename(file)), whole)
    const mended = await heldReading(engine, elsewhere)
    await session.sync(text, { kept: mended.reading, budget: budgetFor(2) })
    expect(await session.step(7)).toEqual(expected)
    await mended.close()
  }))
})
