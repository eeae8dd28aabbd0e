/** Questions that come while the real engine reads are answered between two chunks, from what is read so far too, and change no bit of what is read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAsker } from '../../../src-main/ask/asker'
import type { Answer } from '../../../src-main/contract/answer'
import type { DocumentSummary } from '../../../src-main/contract/library'
import type { EngineHost } from '../../../src-main/engine-host/host'
import { defaultSettings } from '../../../src-main/contract/settings'
import type { Library } from '../../../src-main/library/library'
import { createReadings } from '../../../src-main/reading/readings'
import { forkedHost } from '../../support/forked-engine'
import { openHere } from '../../support/library'
import { shelveSample } from '../../support/shelf'
import { starterModelPath } from '../../support/starter-model'

const path = starterModelPath()
const superChunkTokens = 512

let root: string
let library: Library
let book: DocumentSummary
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-question-'))
  const whole = await openHere(join(root, 'data'))
  book = await shelveSample(whole)
  // So much of it takes seconds.
  library = { ...whole, sentences: (document, first) => whole.sentences(document, first, 119) }
})
afterAll(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

interface Read {
  readonly bytes: Buffer
  /** Whether everything had been read when the first word of an answer came; null where none came. */
  readonly readByFirstWord: boolean | null
  /** To a question about what is read so far; null where none was asked. */
  readonly part: Answer | null
}

async function read(folder: string, asks: boolean): Promise<Read> {
  const engine = forkedHost()
  let isRead = false
  const answers: { word?: Promise<boolean | null>; part?: Promise<Answer> } = {}
  const readText: EngineHost['read'] = (text, hooks) => {
    const onProgress: typeof hooks.onProgress = (tokens, ...more) => {
      hooks.onProgress(tokens, ...more)
      if (asks && tokens > 0) answers.word ??= ask()
      // By then the first super-chunk is kept.
      if (asks && tokens > 1.2 * superChunkTokens) answers.part ??= askPart()
    }
    return engine.read(text, { ...hooks, onProgress }).finally(() => { isRead = true })
  }
  const readings = createReadings({
    library, engine: { ...engine, read: readText }, folder, superChunkTokens, settings: () => defaultSettings,
    chosenModel: () => Promise.resolve({ path, name: 'SmolLM2' }), computer: () => ({ onBattery: false, thermal: 'unknown', freeBytes: null }),
    publish: () => undefined, log: { write: () => undefined }, now: () => performance.now(),
  })
  const ask = async (): Promise<boolean | null> => {
    let readByFirstWord: boolean | null = null
    await engine.chat([{ role: 'user', content: 'Say hello.' }], { temperature: 0, topP: 1, minP: 0, seed: 0, tokensMax: 4 }, {
      onText: () => { readByFirstWord ??= isRead },
    })
    return readByFirstWord
  }
  const asker = createAsker({
    library, engine, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(500), now: () => new Date(),
    chosenModel: () => Promise.resolve({ path, name: 'SmolLM2' }), readingPlace: (document) => ({ folder, document }), readingOf: readings.of, setAside: () => undefined,
  })
  const askPart = async (): Promise<Answer> => {
    const how = { mode: 'part', sampling: { tokensMax: 4 }, memoryBytes: 1e9 } as const
    const { id } = await asker.start({ conversation: null, documents: [book.id], text: 'Where does it begin?', ...how })
    return asker.finished(id)
  }
  try {
    await readings.read(book.id, new AbortController().signal)
    const readByFirstWord = await answers.word ?? null
    const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.reading'))
    return { bytes: readFileSync(join(folder, name)), readByFirstWord, part: await answers.part ?? null }
  } finally {
    engine.close()
  }
}

it('are answered first, and change no bit of what is read', async () => {
  const alone = await read(join(root, 'alone'), false)
  const asked = await read(join(root, 'asked'), true)
  expect(asked.readByFirstWord).toBe(false)
  expect(asked.part).toMatchObject({ mode: 'part', state: 'done', coverage: { complete: false } })
  expect(asked.part?.tokens.reused).toBeGreaterThan(superChunkTokens / 2)
  expect(asked.part?.coverage.documents[0]?.unitsInView.length).toBeGreaterThan(0)
  expect(asked.bytes.equals(alone.bytes)).toBe(true)
}, 600_000)
