/** The beginning of the sample is read by the starter model in the real engine, which is killed on the way, and asked about whole from another process. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAsker } from '../../../src-main/ask/asker'
import type { Answer, Question } from '../../../src-main/contract/answer'
import type { DocumentSummary } from '../../../src-main/contract/library'
import type { EngineHost } from '../../../src-main/engine-host/host'
import type { EngineProcess } from '../../../src-main/engine-host/process-keeper'
import type { Library } from '../../../src-main/library/library'
import { createEventHub } from '../../../src-main/ipc/hub'
import { defaultSettings } from '../../../src-main/contract/settings'
import { createReadings, type ReadingsWorld } from '../../../src-main/reading/readings'
import { forkedHost, forkEngine, killedAt } from '../../support/forked-engine'
import { openHere } from '../../support/library'
import { shelveSample } from '../../support/shelf'
import { starterModelPath } from '../../support/starter-model'

const chosenModel = () => Promise.resolve({ path: starterModelPath(), name: 'SmolLM2-135M-Instruct' })
const superChunkTokens = 512
const mains = { onBattery: false, thermal: 'unknown', freeBytes: null } as const

let root: string
let folder: string
let library: Library
let book: DocumentSummary
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-readings-'))
  folder = join(root, 'readings')
  const whole = await openHere(join(root, 'data'))
  book = await shelveSample(whole)
  // So much of it takes seconds.
  library = { ...whole, sentences: (document, first) => whole.sentences(document, first, 89) }
})
afterAll(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

const readingsOf = (engine: ReadingsWorld['engine'], change: Partial<ReadingsWorld> = {}) =>
  createReadings({
    library, engine, folder, chosenModel, superChunkTokens, publish: () => undefined, settings: () => defaultSettings, computer: () => mains,
    log: { write: () => undefined }, now: () => performance.now(), ...change,
  })

async function withEngine<T>(use: (engine: EngineHost) => Promise<T>, spawn?: () => EngineProcess): Promise<T> {
  const engine = forkedHost(spawn)
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}

/** Greedy, with the whole document in view, and in memory where nothing else is said, however little of that is free. */
async function ask(engine: EngineHost, readings: string, limits: Pick<Question, 'memoryBytes' | 'selectedTokens'> = {}): Promise<Answer> {
  const asker = createAsker({
    library, engine, chosenModel, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(2_400),
    readingPlace: (document) => ({ folder: readings, document }), readingOf: () => Promise.resolve(null), setAside: () => undefined, now: () => new Date(),
  })
  const how = { mode: 'whole', sampling: { tokensMax: 24 }, memoryBytes: 1e9, ...limits } as const
  const { id } = await asker.start({ conversation: null, documents: [book.id], text: 'When was the barrier at Sandgate finished?', ...how })
  return asker.finished(id)
}

describe('a document that is read', () => {
  let tokens = 0

  it('goes on by itself after the engine was killed, losing at most one super-chunk', async () => {
    const engines: EngineProcess[] = []
    let seen = 0
    const spawn = (): EngineProcess => {
      const engine = forkEngine()
      engines.push(engine)
      return engines.length > 1 ? engine : killedAt(engine, (event) => {
        // The third super-chunk is under way.
        const isThere = event.kind === 'progress' && event.phase === 'read' && event.done > 2.2 * superChunkTokens
        if (isThere) seen = event.done
        return isThere
      })
    }
    await withEngine(async (engine) => {
      const readings = readingsOf(engine)
      const result = await readings.read(book.id, new AbortController().signal)
      expect(result).toMatchObject({ document: book.id, setAside: null })
      expect(seen).toBeGreaterThan(2.2 * superChunkTokens)
      // It may have read on before it died, perhaps to the end.
      expect(result.reused).toBeGreaterThanOrEqual(Math.floor((seen - 1) / superChunkTokens) * superChunkTokens)
      expect(result.reused).toBeLessThanOrEqual(result.tokens)
      expect(result.units).toEqual([[0, book.units - 1]])
      expect(result.prefilled).toBe(result.tokens - result.reused)
      expect(result.tokens).toBe(result.tokensTotal)
      tokens = result.tokens
      expect(engines).toHaveLength(2)
      expect(await readings.list()).toMatchObject([{ document: book.id, title: book.title, model: 'SmolLM2-135M-Instruct', tokens, state: 'read', bytes: result.bytes }])
    }, spawn)
  }, 300_000)

  it('is asked about by another process, which reads nothing of it and says what it would have said without', async () => {
    const answer = await withEngine((engine) => ask(engine, folder))
    expect(answer).toMatchObject({ state: 'done', mode: 'whole', failure: null, coverage: { complete: true }, tokens: { reused: tokens } })
    expect(answer.tokens.prefilled).toBeLessThan(40)
    expect(answer).not.toHaveProperty('setAside')
    const alone = await withEngine((engine) => ask(engine, join(root, 'empty')))
    expect(alone.tokens).toMatchObject({ reused: 0, prefilled: tokens + answer.tokens.prefilled })
    expect(alone.text).toBe(answer.text)
    expect(answer.text).not.toBe('')
    expect([answer.attention, alone.attention]).toEqual(['resident', 'resident'])
  }, 300_000)

  it('is answered about with half of what it takes in memory, with the same words', async () => {
    const kvBytes = tokens * 2 * 30 * 3 * 64 * 2
    const [whole, half, least] = await withEngine(async (engine) =>
      [await ask(engine, folder), await ask(engine, folder, { memoryBytes: kvBytes / 2 }), await ask(engine, folder, { memoryBytes: 1_000_000 })])
    expect(whole.attention).toBe('resident')
    expect(half).toMatchObject({ state: 'done', attention: 'streamed', text: whole.text, tokens: { reused: tokens } })
    expect(least).toMatchObject({ state: 'failed', failure: { kind: 'out-of-memory', message: expect.stringMatching(/takes at least \d MB of memory, and it may take 1 MB/) as unknown } })
  }, 300_000)

  it('is answered about by tokens that look at some of it, which is told', async () => {
    const answer = await withEngine((engine) => ask(engine, folder, { selectedTokens: 512 }))
    expect(answer).toMatchObject({ state: 'done', attention: 'retrieval', retrieval: { budgetTokens: 512 }, tokens: { reused: tokens } })
    expect(answer.retrieval?.unselected).toBeGreaterThan(0)
    expect(answer.retrieval?.unselected).toBeLessThan(0.5)
    expect(answer.text).not.toBe('')
  }, 300_000)

  it('is never said to be read where it was taken away meanwhile, and is read anew', async () => {
    const lost = join(root, 'lost')
    const short: Library = { ...library, sentences: (document, first) => library.sentences(document, first, 12) }
    await withEngine(async (engine) => {
      const hub = createEventHub()
      const told: string[] = []
      hub.listen('reading/changed', ({ readings: [reading] }) => told.push(reading?.state.kind ?? 'none'))
      let takeAway = (): void => rmSync(lost, { recursive: true, force: true })
      // Whatever comes of it is gone before anybody can look.
      const read: EngineHost['read'] = (text, hooks) => {
        const onProgress: typeof hooks.onProgress = (tokens, ...more) => {
          if (tokens > 0) takeAway()
          hooks.onProgress(tokens, ...more)
        }
        return engine.read(text, { ...hooks, onProgress }).finally(() => takeAway())
      }
      const readings = readingsOf({ ...engine, read }, { library: short, folder: lost, publish: hub.publish })
      await readings.read(book.id, new AbortController().signal).catch(() => undefined)
      takeAway = () => undefined
      expect((await readings.of(book.id))?.state.kind).toMatch(/^(?:set-aside|failed)$/)
      expect(told).not.toContain('read')
      expect(await readings.read(book.id, new AbortController().signal)).toMatchObject({ reused: 0 })
      expect((await readings.of(book.id))?.state).toEqual({ kind: 'read' })
    })
  }, 300_000)

  it('takes what was read along when it is deleted', async () => {
    await withEngine(async (engine) => {
      const readings = readingsOf(engine)
      expect(await readings.list()).toHaveLength(1)
      await library.delete(book.id)
      await readings.forget(book.id)
      expect(readdirSync(folder).filter((name) => name.endsWith('.reading'))).toEqual([])
    })
  })
})
