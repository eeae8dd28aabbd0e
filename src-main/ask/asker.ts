import type { Answer, AnswerId, AnswerMode, Question } from '../contract/answer'
import { usualMode } from '../contract/answer-mode'
import type { DocumentSummary } from '../contract/library'
import { FailureError } from '../contract/failure'
import { runAnswer } from './run'
import type { AskWorld } from './world'

export interface Asker {
  /** Stores the question and begins to answer it, after those asked before; resolves as soon as it is stored. */
  readonly start: (question: Question) => Promise<Answer>
  /** Ends an answer where it is and keeps its text; does nothing to one that has ended. */
  readonly cancel: (id: AnswerId) => void
  /** Resolves when the answer has ended, however it ended. */
  readonly finished: (id: AnswerId) => Promise<Answer>
}

/** Characters of a question that name its conversation. */
const titleCharacters = 60

interface Running {
  readonly abort: AbortController
  readonly ended: Promise<Answer>
}

/** Answers questions one at a time, in the order in which they were asked. */
export function createAsker(world: AskWorld): Asker {
  const { library } = world
  const running = new Map<AnswerId, Running>()
  let last: Promise<unknown> = Promise.resolve()

  const start = async (question: Question): Promise<Answer> => {
    const text = question.text.trim()
    if (text === '') throw new FailureError('nothing-to-ask', 'There is no question yet. Write one and ask again.')
    const documents = await documentsAskedAbout(world, question)
    const [only, ...others] = documents
    const isOne = only !== undefined && others.length === 0
    if (question.mode !== undefined && question.mode !== 'passages' && !isOne) throw new FailureError('invalid-request', `Only one document can be in view as a whole, not ${documents.length}. Ask about one of them, or from passages.`)
    const conversation = question.conversation ?? (await library.startConversation(titleOf(text), question.documents))
    const mode = question.mode ?? usualMode(isOne ? await world.readingOf(only.id) : null)
    const draft = newAnswer(conversation, text, { mode, asked: world.now() })
    const answer: Answer = { ...draft, id: await library.addAnswer(draft) }
    const abort = new AbortController()
    const { sampling = {}, memoryBytes = null, selectedTokens = null } = question
    const options = { documents, sampling, memoryBytes, selectedTokens, signal: abort.signal }
    const ended = last.then(() => runAnswer(world, answer, options))
    // A run never rejects: whatever happens to it becomes the state of its answer.
    last = ended
    running.set(answer.id, { abort, ended })
    void ended.then(() => running.delete(answer.id))
    return answer
  }

  return {
    start,
    cancel: (id) => running.get(id)?.abort.abort(),
    finished: async (id) => {
      const answer = (await running.get(id)?.ended) ?? (await library.answer(id))
      if (!answer) throw new FailureError('not-found', 'That answer is no longer in the library.')
      return answer
    },
  }
}

async function documentsAskedAbout({ library }: AskWorld, question: Question): Promise<readonly DocumentSummary[]> {
  const all = await library.list()
  const asked = question.documents.length === 0 ? all : all.filter((document) => question.documents.includes(document.id))
  const ready = asked.filter((document) => document.state === 'ready')
  if (ready.length > 0) return ready
  const [only] = asked
  if (!only) throw new FailureError('not-found', 'There is no document to ask about. Add one first.')
  throw new FailureError('no-text', `“${only.title}” has no text that can be read yet, so it cannot be asked about.`, { document: only.id })
}

function titleOf(question: string): string {
  const line = question.replace(/\s+/gu, ' ')
  if (line.length <= titleCharacters) return line
  const cut = line.slice(0, titleCharacters)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), titleCharacters / 2))}…`
}

function newAnswer(conversation: number, question: string, { mode, asked }: { readonly mode: AnswerMode; readonly asked: Date }): Omit<Answer, 'id'> {
  return {
    conversation,
    question,
    text: '',
    state: 'waiting',
    failure: null,
    model: '',
    mode,
    statements: [],
    citations: [],
    coverage: { documents: [], complete: false },
    missingWords: [],
    tokens: { reused: 0, prefilled: 0, generated: 0 },
    milliseconds: { prefill: 0, firstToken: 0, total: 0 },
    asked: asked.toISOString(),
  }
}
