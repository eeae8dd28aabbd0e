import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAsker, type Asker } from '../../../src-main/ask/asker'
import type { AskWorld } from '../../../src-main/ask/world'
import type { Answer, AnswerMode } from '../../../src-main/contract/answer'
import { FailureError } from '../../../src-main/contract/failure'
import type { DocumentSummary } from '../../../src-main/contract/library'
import type { DocumentReading, ReadingState, UnitRange } from '../../../src-main/contract/reading'
import type { ChatHooks, EngineClient } from '../../../src-main/engine-host/client'
import type { Library } from '../../../src-main/library/library'
import type { ChatEnd } from '../../../src-engine/protocol'
import { createEvidenceHeads } from '../../../src-main/models/evidence-heads'
import { forkedHost } from '../../support/forked-engine'
import { inFolder, openHere } from '../../support/library'
import { shelveSample } from '../../support/shelf'
import { starterModelPath } from '../../support/starter-model'

let library: Library
let book: DocumentSummary
let leave: () => void
let left: Promise<void>

beforeAll(async () => {
  await new Promise<void>((entered) => {
    left = inFolder(async (folder) => {
      library = await openHere(folder)
      book = await shelveSample(library)
      entered()
      await new Promise<void>((resolve) => { leave = resolve })
      await library.close()
    })
  })
})
afterAll(async () => {
  leave()
  await left
})

const end: ChatEnd = { reason: 'stop', tokens: { reused: 0, prefilled: 900, generated: 20 }, milliseconds: { prefill: 1, firstToken: 2, total: 3 }, attention: 'resident' }

const facts = { name: 'scripted', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 8_192, markTokens: 9, vocabulary: 1, threads: 1, layers: 1, devices: [] }

/** Nothing was read before. */
const unread: Pick<AskWorld, 'readingOf' | 'setAside'> = { readingOf: () => Promise.resolve(null), setAside: () => undefined }

const readingPlace: AskWorld['readingPlace'] = (document) => ({ folder: '/nowhere', document })

/** An engine whose chat is written in the test; the rest of it stands still. */
function scripted(chat: (hooks: ChatHooks, prompt: string) => Promise<ChatEnd>): EngineClient {
  return {
    facts,
    status: { state: 'ready', model: 'scripted', starter: true, computing: { layers: 1, devices: [], notice: null } },
    onStatus: () => () => undefined,
    load: () => Promise.resolve(facts),
    devices: () => Promise.resolve([]),
    inspect: () => Promise.reject(new Error('nobody looks at files here')),
    unload: () => undefined,
    count: (texts) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
    measure: () => Promise.reject(new Error('nothing asks for it here')),
    read: () => Promise.reject(new Error('nothing is read here')),
    readings: () => Promise.resolve([]),
    removeReading: () => Promise.resolve(),
    pace: () => Promise.resolve(),
    calibrate: () => Promise.resolve(null),
    chat: (messages, _sampling, hooks = {}) => chat(hooks, messages.map((message) => message.content).join('\n')),
  }
}

interface Heard {
  readonly deltas: { readonly at: number; readonly text: string }[]
  readonly states: string[]
}

function ask(engine: EngineClient, readable: AskWorld['readable'] = () => Promise.resolve(2_400), reading: DocumentReading | null = null): { readonly asker: Asker; readonly heard: Heard } {
  const heard: Heard = { deltas: [], states: [] }
  const publish: AskWorld['publish'] = (name, payload) => {
    if (name === 'answer/delta') heard.deltas.push(payload as Heard['deltas'][number])
    if (name === 'answer/changed') heard.states.push((payload as { answer: Answer }).answer.state)
  }
  const asker = createAsker({ library, engine, evidenceHeads: () => Promise.resolve(null), publish, readable, readingPlace, ...unread, readingOf: () => Promise.resolve(reading), chosenModel: () => Promise.resolve({ path: 'model.gguf', name: 'Scripted' }), now: () => new Date() })
  return { asker, heard }
}

const salt = 'How far above the town bridge was the salt found in 1976?'

async function answerTo(asker: Asker, text: string, conversation: number | null = null, mode?: AnswerMode): Promise<Answer> {
  const { id } = await asker.start({ conversation, documents: [book.id], text, mode })
  return asker.finished(id)
}

describe('asker', () => {
  it('answers with the starter model, cited word for word, with its coverage, and stores it', { timeout: 300_000 }, async () => {
    const host = forkedHost()
    const path = starterModelPath()
    const asker = createAsker({ library, engine: host, evidenceHeads: (facts) => createEvidenceHeads(host, '').of(facts), publish: () => undefined, readable: () => Promise.resolve(2_400), readingPlace, ...unread, chosenModel: () => Promise.resolve({ path, name: 'SmolLM2-135M-Instruct' }), now: () => new Date() })
    const answer = await answerTo(asker, salt)
    host.close()
    expect(answer).toMatchObject({ state: 'done', failure: null, model: 'SmolLM2-135M-Instruct' })
    expect(answer.text.length).toBeGreaterThan(10)
    expect(answer.citations.length).toBeGreaterThan(0)
    expect(answer.citations.map(({ confidence }) => confidence)).not.toContain(undefined)
    const units = await library.text(book.id)
    for (const { quote, span } of answer.citations) {
      expect(span.start.unit).toBe(span.end.unit)
      expect(units[span.start.unit]?.text.slice(span.start.offset, span.end.offset)).toBe(quote)
    }
    expect(answer.coverage.documents[0]?.unitsInView.length).toBeGreaterThan(0)
    expect(answer.tokens.prefilled).toBeGreaterThan(500)
    expect((await library.conversation(answer.conversation))?.history).toEqual([answer])
  })

  it('streams deltas that fit together, cites each statement, and says what it does not find', async () => {
    const pieces = ['The salt was found nine kilo', 'metres above the town bridge. The Queen', ' of Sheba came by balloon.']
    const { asker, heard } = ask(scripted((hooks) => {
      for (const piece of pieces) hooks.onText?.(piece)
      return Promise.resolve(end)
    }))
    const answer = await answerTo(asker, salt)
    expect(heard.deltas.reduce((text, delta) => (delta.at === text.length ? text + delta.text : 'gap'), '')).toBe(pieces.join(''))
    expect(answer.statements.map((statement) => statement.support)).toEqual(['cited', 'not-found'])
    expect(answer.citations[0]?.quote).toContain('nine kilometres above the town bridge')
    expect(answer.citations[0]?.section).toEqual(['Mud, salt and time', 'Where the salt stops'])
    expect(heard.states.at(-1)).toBe('done')
  })

  it('asks a LongCite model in its own words, and cites what it names', async () => {
    let asked = ''
    const longCite = { ...facts, name: 'LongCite-glm4-9b' }
    const engine = scripted((hooks, prompt) => {
      asked = prompt
      const named = /<C(\d+)>[^<]*nine kilometres above the town bridge/.exec(prompt)?.[1] ?? ''
      for (const piece of ['<statement>The salt was found nine kilometres above the town br', `idge.<cite>[${named}-`, `${named}]</cite></statement>`]) hooks.onText?.(piece)
      return Promise.resolve(end)
    })
    const { asker, heard } = ask({ ...engine, facts: longCite, load: () => Promise.resolve(longCite) })
    const answer = await answerTo(asker, salt)
    expect(asked).toContain('[Document Start]\n<C0>')
    expect(answer.text).toBe('The salt was found nine kilometres above the town bridge.')
    expect(heard.deltas.map(({ text }) => text).join('')).toBe(answer.text)
    expect(answer.citations.map(({ quote, confidence }) => [quote.includes('nine kilometres above the town bridge'), confidence])).toEqual([[true, 'high']])
  })

  it('shows no quotation that the text does not hold', async () => {
    const { asker } = ask(scripted((hooks) => {
      hooks.onText?.('The pier says “No passage on the ebb” and “Swimming is free”.')
      return Promise.resolve(end)
    }))
    expect((await answerTo(asker, 'What does the rule on the third pier of the town bridge say?')).text).toBe('The pier says “No passage on the ebb” and Swimming is free.')
  })

  it('keeps the text of an answer whose engine dies, and calls it interrupted', async () => {
    const { asker } = ask(scripted((hooks) => {
      hooks.onText?.('The salt was found nine')
      return Promise.reject(new FailureError('engine-crashed', 'The engine stopped. Ask again.'))
    }))
    const answer = await answerTo(asker, salt)
    expect(answer).toMatchObject({ state: 'interrupted', text: 'The salt was found nine', failure: { kind: 'engine-crashed' } })
    expect(await library.answer(answer.id)).toEqual(answer)
  })

  it('shows a large model what it reads in about eight seconds here, and is stopped while that is measured', async () => {
    const large = { ...scripted(() => Promise.resolve(end)), load: () => Promise.resolve({ ...facts, parameters: 9e9 }) }
    const shown = async (tokens: number): Promise<number> => {
      const asked: number[] = []
      const { asker } = ask({ ...large, chat: (messages) => Promise.resolve(void asked.push(messages.map(({ content }) => content).join('').length)).then(() => end) }, (_, seconds) => Promise.resolve(tokens * seconds))
      await answerTo(asker, salt)
      return asked[0] ?? 0
    }
    expect(await shown(300)).toBeGreaterThan(1.5 * await shown(20))
    const { asker } = ask(large, (_, _seconds, signal) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new FailureError('cancelled', 'Measuring was cancelled.')))
      asker.cancel(stopped.id)
    }))
    const stopped = await asker.start({ conversation: null, documents: [book.id], text: salt })
    expect(await asker.finished(stopped.id)).toMatchObject({ state: 'cancelled', text: '', failure: null })
  })

  it('ends a cancelled answer with what it had, and one still waiting with nothing', async () => {
    let hasBegun: () => void
    const begun = new Promise<void>((resolve) => { hasBegun = resolve })
    const { asker } = ask(scripted((hooks) => {
      hooks.onText?.('The salt')
      hasBegun()
      return new Promise((resolve) => hooks.signal?.addEventListener('abort', () => resolve({ ...end, reason: 'cancelled' })))
    }))
    const first = await asker.start({ conversation: null, documents: [book.id], text: salt })
    const second = await asker.start({ conversation: null, documents: [book.id], text: salt })
    asker.cancel(second.id)
    await begun
    asker.cancel(first.id)
    expect(await asker.finished(first.id)).toMatchObject({ state: 'cancelled', text: 'The salt' })
    expect(await asker.finished(second.id)).toMatchObject({ state: 'cancelled', text: '' })
  })

  it('stops a model that says the same again and again', async () => {
    const sentence = 'The salt was found nine kilometres above the town bridge. '
    const { asker } = ask(scripted(async (hooks) => {
      for (let n = 0; n < 50 && hooks.signal?.aborted !== true; n += 1) {
        hooks.onText?.(sentence)
        await Promise.resolve()
      }
      return { ...end, reason: 'cancelled' }
    }))
    expect(await answerTo(asker, salt)).toMatchObject({ state: 'done', text: sentence.trim() })
  })

  it('says that nothing was found instead of asking the model', async () => {
    const { asker } = ask(scripted(() => Promise.reject(new Error('the model must not be asked'))))
    const answer = await answerTo(asker, 'Xylophone zyzzyva quokka?')
    expect(answer).toMatchObject({ state: 'done', citations: [], missingWords: expect.arrayContaining(['Xylophone']) as unknown })
    expect(answer.text).toBe('Nothing about this was found in “Tidal Rivers: a field guide”.')
  })

  it('carries the conversation into a follow-up question', async () => {
    const prompts: string[] = []
    const { asker } = ask(scripted((hooks, prompt) => {
      prompts.push(prompt)
      hooks.onText?.('It was finished in 1979.')
      return Promise.resolve(end)
    }))
    const first = await answerTo(asker, 'When was the barrier at Sandgate finished?')
    await answerTo(asker, 'How long does closing it take?', first.conversation)
    expect(prompts[1]).toContain('When was the barrier at Sandgate finished?\nIt was finished in 1979.')
    expect(prompts[1]).toContain('Closing takes thirty-five minutes.')
  })

  it('refuses an empty question and a missing document with a sentence', async () => {
    const { asker } = ask(scripted(() => Promise.resolve(end)))
    await expect(asker.start({ conversation: null, documents: [], text: '  ' })).rejects.toMatchObject({ failure: { kind: 'nothing-to-ask' } })
    await expect(asker.start({ conversation: null, documents: ['nowhere'], text: 'What?' })).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  })

  it('turns a bug into a failed answer, never into a rejection', async () => {
    const { asker } = ask(scripted(() => Promise.reject(new TypeError('boom'))))
    expect(await answerTo(asker, salt)).toMatchObject({ state: 'failed', failure: { kind: 'unexpected' } })
  })
})

describe('what is in view', () => {
  const kept = (state: ReadingState, units: readonly UnitRange[], scope: DocumentReading['scope'] = { kind: 'whole' }): DocumentReading =>
    ({ document: book.id, scope, state, kept: { tokens: 512 * units.length, tokensTotal: 4_096, units } })
  const prompts: string[] = []
  const listen = (reading: DocumentReading | null): Asker => ask(scripted((_, prompt) => {
    prompts.push(prompt)
    return Promise.resolve(end)
  }), undefined, reading).asker
  const textOf = async (unit: number): Promise<string> => (await library.sentences(book.id, 0, 10_000)).filter(({ start }) => start.unit === unit).at(-1)?.text ?? ''

  it('is what was read, where nobody chose: the whole document, or the chapters that were chosen', async () => {
    expect(await answerTo(listen(kept({ kind: 'read' }, [[0, book.units - 1]])), salt)).toMatchObject({ mode: 'whole', coverage: { complete: true } })
    const chapter: UnitRange = [1, 1]
    const answer = await answerTo(listen(kept({ kind: 'read' }, [chapter], { kind: 'units', units: [chapter] })), salt)
    expect(answer).toMatchObject({ mode: 'part', coverage: { complete: false, documents: [{ unitsInView: [1] }] } })
    expect(prompts.at(-1)).toContain(await textOf(1))
    expect(prompts.at(-1)).not.toContain(await textOf(0))
    expect(await answerTo(listen(null), salt)).toMatchObject({ mode: 'passages' })
  })

  it('while it is read: passages, or the pages read so far where they were chosen', async () => {
    const reading = kept({ kind: 'reading', progress: null, slowed: null }, [[0, 0]])
    expect(await answerTo(listen(reading), salt)).toMatchObject({ mode: 'passages' })
    const answer = await answerTo(listen(reading), salt, null, 'part')
    expect(answer).toMatchObject({ mode: 'part', coverage: { complete: false, documents: [{ unitsInView: [0], unitsTotal: book.units }] } })
    expect(prompts.at(-1)).toContain(await textOf(0))
    expect(prompts.at(-1)).not.toContain(await textOf(1))
    expect(await answerTo(listen(kept({ kind: 'waiting', place: 1 }, [])), salt, null, 'part')).toMatchObject({ mode: 'passages' })
  })

  it('is told to have been of no use where the engine says so', async () => {
    const told: string[] = []
    const engine = scripted(() => Promise.resolve({ ...end, setAside: 'The model is another.' }))
    const world = { ...unread, setAside: (_: string, why: string) => void told.push(why) }
    const asker = createAsker({
      library, engine, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(2_400), readingPlace, ...world,
      chosenModel: () => Promise.resolve({ path: 'model.gguf', name: 'Scripted' }), now: () => new Date(),
    })
    expect(await answerTo(asker, salt, null, 'whole')).toMatchObject({ setAside: 'The model is another.' })
    expect(told).toEqual(['The model is another.'])
  })
})
