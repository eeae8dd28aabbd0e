/** Questions that come while the real engine reads are answered between two chunks, from what is read so far too, and change no bit of what is read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAsker } from '../../../src-main/ask/asker'
import type { Answer } from '../../../src-main/contract/answer'
import type { DocumentSummary } from '../../../src-main/contract/library'
import { createEventHub } from '../../../src-main/ipc/hub'
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

interface Timed {
  readonly bytes: Buffer
  /** Milliseconds from the question to its first word; null where none was asked. */
  readonly firstWord: number | null
  /** To a question about what is read so far; null where none was asked. */
  readonly part: Answer | null
  readonly milliseconds: number
}

async function read(folder: string, asks: boolean): Promise<Timed> {
  const engine = forkedHost()
  const hub = createEventHub()
  const readings = createReadings({
    library, engine, folder, superChunkTokens, publish: hub.publish, chosenModel: () => Promise.resolve({ path, name: 'SmolLM2' }), settings: () => defaultSettings,
    computer: () => ({ onBattery: false, thermal: 'unknown', freeBytes: null }), log: { write: () => undefined }, now: () => performance.now(),
  })
  let answering = Promise.resolve<number | null>(null)
  let parting = Promise.resolve<Answer | null>(null)
  let [hasAsked, hasAskedPart] = [false, false]
  hub.listen('reading/changed', ({ readings: [reading] }) => {
    const isUnderWay = reading?.state.kind === 'reading' && (reading.state.progress?.tokens ?? 0) > 0
    if (!isUnderWay || !asks) return
    if (!hasAsked) answering = ask()
    hasAsked = true
    if (reading.kept.units.length === 0 || hasAskedPart) return
    parting = askPart()
    hasAskedPart = true
  })
  const ask = async (): Promise<number> => {
    const asked = performance.now()
    let firstWord = Infinity
    await engine.chat([{ role: 'user', content: 'Say hello.' }], { temperature: 0, topP: 1, minP: 0, seed: 0, tokensMax: 4 }, {
      onText: () => { firstWord = Math.min(firstWord, performance.now() - asked) },
    })
    return firstWord
  }
  const asker = createAsker({
    library, engine, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(500), now: () => new Date(),
    chosenModel: () => Promise.resolve({ path, name: 'SmolLM2' }), readingPlace: (document) => ({ folder, document }), readingOf: readings.of, setAside: () => undefined,
  })
  const askPart = async (): Promise<Answer> => {
    const { id } = await asker.start({ conversation: null, documents: [book.id], text: 'Where does it begin?', mode: 'part', sampling: { tokensMax: 4 } })
    return asker.finished(id)
  }
  try {
    const { milliseconds } = await readings.read(book.id, new AbortController().signal)
    const firstWord = await answering
    const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.reading'))
    return { bytes: readFileSync(join(folder, name)), firstWord, part: await parting, milliseconds }
  } finally {
    engine.close()
  }
}

it('are answered first, and change no bit of what is read', async () => {
  const alone = await read(join(root, 'alone'), false)
  const asked = await read(join(root, 'asked'), true)
  expect(asked.firstWord).not.toBeNull()
  // To the end of the reading it would have been most of this.
  expect(asked.firstWord).toBeLessThan(alone.milliseconds / 2)
  expect(asked.part).toMatchObject({ mode: 'part', state: 'done', coverage: { complete: false } })
  expect(asked.part?.tokens.reused).toBeGreaterThan(superChunkTokens / 2)
  expect(asked.part?.coverage.documents[0]?.unitsInView.length).toBeGreaterThan(0)
  expect(asked.bytes.equals(alone.bytes)).toBe(true)
})
