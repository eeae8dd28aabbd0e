import type { Calibration, EvidencePiece, ModelFacts, ReadingPlace } from '../../src-engine/protocol'
import type { Answer, Range, Sampling } from '../contract/answer'
import type { DocumentId } from '../contract/document'
import type { EventName, Events } from '../contract/events'
import { FailureError, type Failure } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import type { DocumentReading, ReadingScope } from '../contract/reading'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'
import { subjectOf } from '../text/function-words'
import { createPlainReader } from './answer-reader'
import { extractBudget } from './budget'
import { attribute, gatherEvidence, type Attention, type Attribution } from './citations'
import { coverageOf } from './coverage'
import { citesByItself, createLongCiteReader, longCiteMessages, markedBudget } from './longcite'
import { buildPrompt, type Prompt, type Turn } from './prompt'
import { repetitionStart } from './repeats'
import { retrieve, sentencesIn } from './retrieval'
import { splitStatements } from './statements'
import { askWhole, scopeCoverage, sentencesOf } from './whole'
import type { Evidence } from './supporting'

/** What asking needs of the world. */
export interface AskWorld {
  readonly library: Library
  readonly engine: EngineClient
  /** The model that answers: its file and its name for a person. Rejects with `model-missing`. */
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  /** Which attention heads of a loaded model tell where its words come from, and what is usual for it; null where that is not known. */
  readonly evidenceHeads: (facts: ModelFacts) => Promise<Calibration | null>
  /** Tokens of a text that a loaded model reads here in so many seconds; where that was never measured, it takes some seconds to find out. */
  readonly readable: (facts: ModelFacts, seconds: number, signal: AbortSignal) => Promise<number>
  /** How a document stands with the chosen model; null where that never met it. */
  readonly readingOf: (document: DocumentId) => Promise<DocumentReading | null>
  /** What was read of a document before proved to be of no use; `why` as a sentence. */
  readonly setAside: (document: DocumentId, why: string) => void
  /** Where what a model read of a document is kept. */
  readonly readingPlace: (document: DocumentId) => ReadingPlace
  readonly publish: <Name extends EventName>(name: Name, payload: Events[Name]) => void
  readonly now: () => Date
}

/** No penalties: an answer in the words of the text says them again, and what spins is ended by `repetitionStart`. */
const defaultSampling: Sampling = { temperature: 0, topK: 0, topP: 0.95, minP: 0.05, repetitionPenalty: 1, presencePenalty: 0, seed: 0, tokensMax: 400 }

/** The text of a running answer is stored about so often, so that a crash keeps all but its last words. Milliseconds. */
const saveEvery = 1_000

/** An answer while it is made: every change is stored, then told. */
interface Draft {
  readonly current: () => Answer
  readonly change: (change: Partial<Answer>) => Promise<void>
  /** Changes without storing: for text as it streams. */
  readonly grow: (text: string) => void
}

/** What one run is given: the documents asked about, how to sample, and when to stop. */
export interface RunOptions {
  readonly documents: readonly DocumentSummary[]
  readonly sampling: Partial<Sampling>
  /** What keys and values may take of memory; null where nobody has said. */
  readonly memoryBytes: number | null
  /** Tokens of what was read before that each token of the answer looks at; null for all. */
  readonly selectedTokens: number | null
  readonly signal: AbortSignal
}

/** Answers one question from beginning to end. Never rejects: a failure becomes the answer's state. */
export async function runAnswer(world: AskWorld, asked: Answer, options: RunOptions): Promise<Answer> {
  const draft = createDraft(world, asked)
  try {
    if (options.signal.aborted) await draft.change({ state: 'cancelled' })
    else await answer(world, draft, options)
  } catch (error) {
    const stopped = options.signal.aborted && error instanceof FailureError && error.failure.kind === 'cancelled'
    if (stopped) await draft.change({ state: 'cancelled' }).catch(() => undefined)
    else await endWithFailure(draft, error)
  }
  return draft.current()
}

function createDraft({ library, publish }: AskWorld, asked: Answer): Draft {
  let answer = asked
  return {
    current: () => answer,
    change: async (change) => {
      answer = { ...answer, ...change }
      const saved = answer
      await library.saveAnswer(saved)
      publish('answer/changed', { answer: saved })
    },
    grow: (text) => {
      publish('answer/delta', { answer: answer.id, at: answer.text.length, text })
      answer = { ...answer, text: answer.text + text }
    },
  }
}

async function answerFromPassages(world: AskWorld, draft: Draft, options: RunOptions): Promise<void> {
  const { library, engine } = world
  const { documents } = options
  const { question } = draft.current()
  const model = await world.chosenModel()
  await draft.change({ state: 'reading', model: model.name })
  const facts = await engine.load(model.path)
  const history = await earlierTurns(library, draft.current())
  const ids = documents.map((document) => document.id)
  const count = (texts: readonly string[]): Promise<readonly number[]> => engine.count(texts)
  const budgetTokens = await extractBudget(facts, (seconds) => world.readable(facts, seconds, options.signal))
  const cites = citesByItself(facts.name)
  const request = { question, earlier: history.at(-1)?.question ?? null, documents: ids, budgetTokens: cites ? markedBudget(budgetTokens) : budgetTokens }
  const { extracts, missingWords } = await retrieve({ library, count }, request)
  const sentences = sentencesIn(extracts)
  await draft.change({ missingWords, coverage: coverageOf(sentences, documents) })
  if (sentences.length === 0) {
    await draft.change({ state: 'done', text: nothingFound(documents), statements: [], citations: [] })
    return
  }
  const brief = { place: null, evidence: gatherEvidence(sentences) }
  if (cites) return writeAnswer(world, draft, { ...brief, prompt: { messages: longCiteMessages(question, sentences) }, heads: null, cites }, options)
  await writeAnswer(world, draft, { ...brief, prompt: buildPrompt(question, extracts, history), heads: await world.evidenceHeads(facts), cites }, options)
}

async function answer(world: AskWorld, draft: Draft, options: RunOptions): Promise<void> {
  const { mode } = draft.current()
  const [document] = options.documents
  if (document === undefined || mode === 'passages') return answerFromPassages(world, draft, options)
  if (mode === 'whole') return answerFromText(world, draft, document, { kind: 'whole' }, options)
  const units = (await world.readingOf(document.id))?.kept.units ?? []
  if (units.length > 0) return answerFromText(world, draft, document, { kind: 'units', units }, options)
  await draft.change({ mode: 'passages' })
  await answerFromPassages(world, draft, options)
}

/** Every sentence of the text may be cited. */
async function answerFromText(world: AskWorld, draft: Draft, document: DocumentSummary, scope: ReadingScope, options: RunOptions): Promise<void> {
  const { library, engine } = world
  const { question } = draft.current()
  const model = await world.chosenModel()
  await draft.change({ state: 'reading', model: model.name, coverage: scopeCoverage(document, scope) })
  const facts = await engine.load(model.path)
  const sentences = await sentencesOf(library, document.id, scope)
  const missingWords = await library.missingWords(subjectOf(question), [document.id])
  await draft.change({ missingWords })
  const prompt = askWhole(question, sentences, await earlierTurns(library, draft.current()))
  const brief = { prompt, place: world.readingPlace(document.id), evidence: gatherEvidence(sentences) }
  await writeAnswer(world, draft, { ...brief, heads: await world.evidenceHeads(facts), cites: false }, options)
}

/** What the model is told, and what its statements are checked against. */
interface Brief {
  readonly prompt: Pick<Prompt, 'messages'> & Partial<Prompt>
  /** Where what it begins with may have been read before; null where it begins with nothing that is kept. */
  readonly place: ReadingPlace | null
  readonly evidence: Evidence
  /** Null where nobody knows which heads of this model to ask. */
  readonly heads: Calibration | null
  /** Whether the model names the sentences that it rests on, as the prompt asks it to. */
  readonly cites: boolean
}

async function writeAnswer(world: AskWorld, draft: Draft, brief: Brief, { sampling, memoryBytes, selectedTokens, signal }: RunOptions): Promise<void> {
  const { prompt, place, evidence, heads, cites } = brief
  const looping = new AbortController()
  const pieces: EvidencePiece[] = []
  const attention: Attention | null = heads && { pieces, usual: heads }
  const reader = cites ? createLongCiteReader(evidence) : createPlainReader(evidence, attention)
  // The text that is shown may lack quote marks and blanks that the engine wrote: what a piece is about is what was shown since the last.
  const keep = (piece: EvidencePiece): void => void pieces.push({ ...piece, start: pieces.at(-1)?.end ?? 0, end: draft.current().text.length })
  const { id, question } = draft.current()
  const { sources, question: asked } = prompt
  let storing: Promise<void> = Promise.resolve()
  let storedAt = 0
  let completeBefore = 0
  const attributed = (text: string, statements: readonly Range[]): Attribution => attribute(question, text, statements, evidence, reader.supportOf)

  const show = (text: string): void => {
    if (text === '' || looping.signal.aborted) return
    draft.grow(draft.current().text === '' ? text.trimStart() : text)
    const { text: whole } = draft.current()
    const complete = reader.statements(whole, false)
    if (repetitionStart(whole, complete) !== null) looping.abort()
    const now = world.now().getTime()
    if (complete.length === completeBefore && now - storedAt < saveEvery) return
    storedAt = now
    completeBefore = complete.length
    // One store at a time, in order; what fails to store now is stored with the whole answer at its end.
    storing = storing.then(() => draft.change({ state: 'writing', ...attributed(whole, complete) }))
  }

  const end = await world.engine.chat(prompt.messages, { ...defaultSampling, ...sampling }, {
    onText: (text) => show(reader.push(text)),
    onProgress: (phase, done, total) => {
      if (phase === 'prefill') world.publish('answer/progress', { answer: id, done, total })
    },
    signal: AbortSignal.any([signal, looping.signal]),
    ...(place && { place }),
    ...(memoryBytes !== null && { memoryBytes }),
    ...(selectedTokens !== null && { selectedTokens }),
    ...(heads && sources && asked && { evidence: { request: { heads: heads.heads, sources, question: asked }, onPiece: keep } }),
  })
  show(reader.end())
  await storing
  const text = withoutRepetition(draft.current().text)
  if (end.setAside !== undefined && place !== null) world.setAside(place.document, end.setAside)
  await draft.change({
    state: signal.aborted ? 'cancelled' : 'done',
    text,
    ...attributed(text, reader.statements(text, true)),
    tokens: end.tokens,
    milliseconds: end.milliseconds,
    attention: end.attention,
    ...(end.retrieval && { retrieval: end.retrieval }),
    ...(end.setAside !== undefined && { setAside: end.setAside }),
  })
}

function withoutRepetition(text: string): string {
  const start = repetitionStart(text, splitStatements(text))
  return (start === null ? text : text.slice(0, start)).trimEnd()
}

async function earlierTurns(library: Library, answer: Answer): Promise<readonly Turn[]> {
  const conversation = await library.conversation(answer.conversation)
  const earlier = conversation?.history.filter((other) => other.id < answer.id && other.text !== '') ?? []
  return earlier.map((other) => ({ question: other.question, answer: other.text }))
}

function nothingFound(documents: readonly DocumentSummary[]): string {
  const [only, ...others] = documents
  return `Nothing about this was found in ${only && others.length === 0 ? `“${only.title}”` : `these ${documents.length} documents`}.`
}

async function endWithFailure(draft: Draft, error: unknown): Promise<void> {
  const failure: Failure =
    error instanceof FailureError ? error.failure : { kind: 'unexpected', message: 'This answer could not be finished because of an error in Longleaf. Ask again; if it happens again, restart the app.' }
  const interrupted = ['engine-crashed', 'engine-hung', 'device-failed'].includes(failure.kind)
  await draft.change({ state: interrupted ? 'interrupted' : 'failed', failure }).catch(() => undefined)
  if (!(error instanceof FailureError)) console.error(error)
}
