import type { Answer } from '../contract/answer'
import { FailureError } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import type { ReadingScope } from '../contract/reading'
import type { Library } from '../library/library'
import { subjectOf } from '../text/function-words'
import { extractBudget } from './budget'
import { gatherEvidence } from './citations'
import { coverageOf } from './coverage'
import { createDraft, endWithFailure, type Draft } from './draft'
import { citesByItself, longCiteMessages, markedBudget } from './longcite'
import { buildPrompt, type Turn } from './prompt'
import { retrieve, sentencesIn } from './retrieval'
import { askWhole, scopeCoverage, sentencesOf } from './whole'
import type { AskWorld, RunOptions } from './world'
import { writeAnswer } from './write-answer'

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
  const brief = { prompt, place: world.readingPlace(document.id, draft.current().conversation), evidence: gatherEvidence(sentences) }
  await writeAnswer(world, draft, { ...brief, heads: await world.evidenceHeads(facts), cites: false }, options)
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
