/** One answer from its prompt to its last citation: what streams is shown, stored now and then, and linked to what supports it. */
import type { Calibration, ChatPlace, EvidencePiece } from '../../src-engine/protocol'
import type { Range, Sampling } from '../contract/answer'
import { createPlainReader } from './answer-reader'
import { attribute, type Attention, type Attribution } from './citations'
import type { Draft } from './draft'
import { createLongCiteReader } from './longcite'
import type { Prompt } from './prompt'
import { repetitionStart } from './repeats'
import { splitStatements } from './statements'
import type { Evidence } from './supporting'
import type { AskWorld, RunOptions } from './world'

/** No penalties: an answer in the words of the text says them again, and what spins is ended by `repetitionStart`. */
const defaultSampling: Sampling = { temperature: 0, topK: 0, topP: 0.95, minP: 0.05, repetitionPenalty: 1, presencePenalty: 0, seed: 0, tokensMax: 400 }

/** The text of a running answer is stored about so often, so that a crash keeps all but its last words. Milliseconds. */
const saveEvery = 1_000

/** What the model is told, and what its statements are checked against. */
export interface Brief {
  readonly prompt: Pick<Prompt, 'messages'> & Partial<Prompt>
  /** Where what it begins with may have been read before; null where it begins with nothing that is kept. */
  readonly place: ChatPlace | null
  readonly evidence: Evidence
  /** Null where nobody knows which heads of this model to ask. */
  readonly heads: Calibration | null
  /** Whether the model names the sentences that it rests on, as the prompt asks it to. */
  readonly cites: boolean
}

export async function writeAnswer(world: AskWorld, draft: Draft, brief: Brief, { sampling, memoryBytes, selectedTokens, signal }: RunOptions): Promise<void> {
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
