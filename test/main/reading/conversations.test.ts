/** Two conversations about one document with the real engine, in two runs: each goes on from what it had in view. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAsker } from '../../../src-main/ask/asker'
import type { Answer, ConversationId } from '../../../src-main/contract/answer'
import type { DocumentSummary } from '../../../src-main/contract/library'
import { defaultSettings } from '../../../src-main/contract/settings'
import type { Library } from '../../../src-main/library/library'
import { createReadings, type Readings } from '../../../src-main/reading/readings'
import { forkedHost } from '../../support/forked-engine'
import { openHere } from '../../support/library'
import { shelveSample } from '../../support/shelf'
import { starterModelPath } from '../../support/starter-model'

const path = starterModelPath()
const chosenModel = () => Promise.resolve({ path, name: 'SmolLM2' })

let root: string
let library: Library
let book: DocumentSummary
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-conversations-'))
  const whole = await openHere(join(root, 'data'))
  book = await shelveSample(whole)
  library = { ...whole, sentences: (document, first) => whole.sentences(document, first, 24) }
})
afterAll(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

interface Run {
  readonly readings: Readings
  ask(conversation: ConversationId | null, text: string): Promise<Answer>
}

/** A run of the app, which ends as if it were killed. */
async function inRun<T>(use: (run: Run) => Promise<T>): Promise<T> {
  const engine = forkedHost()
  const folder = join(root, 'readings')
  const readings = createReadings({
    library, engine, folder, publish: () => undefined, chosenModel, settings: () => ({ ...defaultSettings, readingQuotaBytes: quota }),
    computer: () => ({ onBattery: false, thermal: 'unknown', freeBytes: null }), log: { write: () => undefined }, now: () => performance.now(),
  })
  const asker = createAsker({
    library, engine, chosenModel, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(500),
    readingPlace: (document, id) => ({ folder, document, conversation: { id, room: readings.room() } }), readingOf: readings.of, setAside: () => undefined,
    now: () => new Date(),
  })
  try {
    return await use({
      readings,
      async ask(conversation, text) {
        const { id } = await asker.start({ conversation, documents: [book.id], text, mode: 'whole', sampling: { tokensMax: 12 } })
        return asker.finished(id)
      },
    })
  } finally {
    engine.close()
  }
}

const total = ({ tokens }: Answer): number => tokens.reused + tokens.prefilled
const turnsFiles = (): readonly string[] => readdirSync(join(root, 'readings')).filter((name) => name.endsWith('.turns'))

/** In bytes, as a person may change it. */
let quota = defaultSettings.readingQuotaBytes

it('a conversation goes on from what it had in view, after another one and in another run, and leaves nothing when it is deleted', async () => {
  const [one, two] = await inRun(async ({ readings, ask }) => {
    await readings.read(book.id, new AbortController().signal)
    return [await ask(null, 'Where does it begin?'), await ask(null, 'Who is named in it first, and why?')]
  })
  await inRun(async ({ readings, ask }) => {
    const answers = [await ask(one.conversation, 'And where does it end?'), await ask(two.conversation, 'And then?'), await ask(one.conversation, 'What lies between?')]
    for (const answer of answers) expect(answer).toMatchObject({ state: 'done', mode: 'whole' })
    // Its first question and what was answered come from the disk, though the engine never heard of them.
    expect(answers[0]?.tokens.reused).toBeGreaterThanOrEqual(total(one))
    expect(answers[1]?.tokens.reused).toBeGreaterThanOrEqual(total(two))
    expect(answers[2]?.tokens.reused).toBeGreaterThanOrEqual(total(answers[0] ?? one))
    expect(turnsFiles()).toHaveLength(2)
    await library.deleteConversation(one.conversation)
    await readings.forgetConversation()
    expect(turnsFiles()).toEqual([expect.stringMatching(new RegExp(`-${two.conversation}\\.turns$`))])
    // Whoever allows less than all takes has more room at once.
    quota = 1e6
    await readings.quotaChanged()
    expect(readdirSync(join(root, 'readings')).filter((name) => !name.endsWith('.json'))).toEqual([])
    expect((await readings.of(book.id))?.state).toMatchObject({ kind: 'set-aside', why: expect.stringContaining('made room') as string })
  })
})
