import type { Beginning } from '../chat/prompt'
import { createDraftedSteps, type Step } from '../draft/drafted-steps'
import type { Pieces } from '../evidence/pieces'
import { createGuide, type Guide } from '../grammar/guide'
import type { ChatEnd, EngineRequest, EvidencePiece, Sampling } from '../protocol'
import { createSampler } from '../sampler/sampler'
import { readSampling } from '../sampler/settings'
import { createTextStream } from '../tokenizer/stream'
import { answerTokensMin, contextExceeded, textExceeded } from './failures'
import { syncFrom, type KeptReading } from './kept-reading'
import type { ChatSession, OpenModel } from './model'
import { planEvidence } from './answer-evidence'
import { createStopTexts } from './stop-texts'

export interface AnswerHooks {
  onText(text: string): void
  /** Only where the request asks for evidence. */
  onEvidence(piece: EvidencePiece): void
  onProgress(phase: 'prefill' | 'write', done: number, total: number): void
  /** What was read before of the text that the chat begins with. */
  readonly kept?: KeptReading
  readonly signal: AbortSignal
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Lets messages that have come be heard. */
  breathe(): Promise<void>
}

type ChatRequest = Pick<Extract<EngineRequest, { readonly kind: 'chat' }>, 'messages' | 'sampling' | 'evidence' | 'place' | 'memoryBytes' | 'selectedTokens'>

/**
 * Reads the conversation and writes the answer, token by token. An abort ends it with reason `cancelled`, the text so far being given.
 * @throws before anything is read: SettingsError if the request cannot be met, LoopError if the conversation does not fit; later: BrokenNumbersError,
 * what the session throws.
 */
export async function writeAnswer(model: OpenModel, request: ChatRequest, hooks: AnswerHooks): Promise<ChatEnd> {
  const { messages, sampling: asked, evidence, place, memoryBytes, selectedTokens } = request
  const { session, format } = model
  const begun = hooks.now()
  const sampling = readSampling(asked)
  const prompt = format.prompt(messages, beginningOf(sampling))
  if (place !== undefined && prompt.length + answerTokensMin > session.contextMax) throw textExceeded(model.facts.name, prompt.length, session.contextMax)
  if (prompt.length >= session.contextMax) throw contextExceeded(model.facts.name, prompt.length, session.contextMax)
  const tokensMax = Math.min(sampling.tokensMax, session.contextMax - prompt.length)
  const guide = sampling.schema === null ? null : createGuide(sampling.schema, { tokenizer: model.tokenizer, stops: format.stops, tokensMax })
  hooks.onProgress('prefill', 0, prompt.length)

  const plan = evidence && planEvidence(model, prompt, messages, evidence)
  const onProgress = (done: number, total: number): void => hooks.onProgress('prefill', done, total)
  const kept = hooks.kept ?? { held: null, setAside: null, summaries: null, turns: null }
  const budgetBytes = memoryBytes ?? (place && model.usualBudgetBytes())
  const selected = selectedTokens === undefined ? {} : { selectedTokens }
  const budget = budgetBytes === undefined ? undefined : { bytes: budgetBytes, tokensMax: prompt.length + tokensMax, ...selected }
  const reading = { signal: hooks.signal, onProgress, ...(plan && { watch: plan.watch }), ...(budget && { budget }) }
  const read = await unlessAborted(hooks.signal, () => syncFrom(session, prompt, kept, reading))
  const pieces = read === null ? undefined : plan?.follow((piece) => hooks.onEvidence(piece))
  await pieces?.question()
  const prefill = hooks.now() - begun
  // What is chosen for one token is not what another would choose.
  const drafts = sampling.draft && session.attention !== 'retrieval'
  const step = drafts ? createDraftedSteps(session, prompt, { tokensMax, pace: model.pace, now: hooks.now }) : singleSteps(session)
  const said = read === null ? nothingSaid : await say(model, { first: read.logits, step, guide, pieces }, { ...sampling, tokensMax }, hooks)
  await pieces?.end()
  return {
    reason: said.reason,
    tokens: { reused: read?.reused ?? 0, prefilled: read?.prefilled ?? 0, generated: said.tokens },
    milliseconds: { prefill, firstToken: said.firstAt === null ? prefill : said.firstAt - begun, total: hooks.now() - begun },
    attention: session.attention,
    ...(session.retrieval && { retrieval: session.retrieval }),
    ...(read?.setAside && { setAside: read.setAside }),
  }
}

/** A form binds the answer from its first token. */
const beginningOf = ({ schema }: Pick<Required<Sampling>, 'schema'>): Beginning => (schema === null ? 'free' : 'formed')

interface Said {
  readonly reason: ChatEnd['reason']
  readonly tokens: number
  readonly firstAt: number | null
}

const nothingSaid: Said = { reason: 'cancelled', tokens: 0, firstAt: null }

/** What an answer is made of. */
interface Source {
  /** Logits of the first token. */
  readonly first: Float32Array
  /** Those after a token. */
  readonly step: Step
  /** The form to keep to, if there is one. */
  readonly guide: Guide | null
  /** Who hears where the model looks, if somebody does. */
  readonly pieces: Pieces | undefined
}

const singleSteps = (session: ChatSession): Step => async (token, signal) => {
  const [logits] = await session.steps([token], signal)
  if (logits === undefined) throw new Error('A step gave no logits.')
  return logits
}

/** Writes up to `tokensMax` tokens. */
async function say({ tokenizer, format }: OpenModel, { first, step, guide, pieces }: Source, sampling: Required<Sampling>, hooks: AnswerHooks): Promise<Said> {
  const { tokensMax } = sampling
  const sampler = createSampler(sampling)
  const stream = createTextStream()
  const answer = format.readAnswer(beginningOf(sampling))
  const stops = createStopTexts(sampling.stop)
  const show = (text: string): void => {
    if (text !== '') hooks.onText(text)
  }
  let logits: Float32Array | null = first
  let tokens = 0
  let firstAt: number | null = null
  const end = (reason: ChatEnd['reason']): Said => {
    const { shown, stopped } = stops.push(answer.push(stream.end()))
    show(stopped ? shown : shown + stops.end())
    return { reason, tokens, firstAt }
  }
  while (tokens < tokensMax) {
    if (logits === null || hooks.signal.aborted) return end('cancelled')
    // Some models compute scores for more tokens than they have, to round the number.
    const token = sampler.next(logits.subarray(0, tokenizer.size), guide?.allowed(tokensMax - tokens))
    if (format.stops.has(token)) return end('stop')
    guide?.said(token)
    tokens++
    firstAt ??= hooks.now()
    const { shown, stopped } = stops.push(answer.push(stream.push(tokenizer.bytesOf(token))))
    show(shown)
    pieces?.said(token, logits, shown)
    hooks.onProgress('write', tokens, tokensMax)
    if (stopped) return { reason: 'stop', tokens, firstAt }
    if (guide?.mustEnd === true) return end('stop')
    await hooks.breathe()
    if (tokens === tokensMax) break
    logits = await unlessAborted(hooks.signal, () => step(token, hooks.signal))
    if (logits !== null) await pieces?.read()
  }
  return end(guide?.mayEnd === true ? 'stop' : 'length')
}

/** Null if it was aborted before or meanwhile; other errors go on. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
  if (signal.aborted) return null
  try {
    return await work()
  } catch (thrown) {
    if (signal.aborted && thrown instanceof Error && thrown.name === 'AbortError') return null
    throw thrown
  }
}
