import type { ChatEnd, ChatMessage, Sampling } from '../protocol'
import { createSampler } from '../sampler/sampler'
import { createTextStream } from '../tokenizer/stream'
import { contextExceeded } from './failures'
import type { OpenModel } from './model'

export interface AnswerHooks {
  onText(text: string): void
  onProgress(phase: 'prefill' | 'write', done: number, total: number): void
  readonly signal: AbortSignal
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Lets messages that have come be heard. */
  breathe(): Promise<void>
}

/**
 * Reads the conversation and writes the answer, token by token. An abort ends it with reason `cancelled`, the text so far being given.
 * @throws LoopError if the conversation does not fit; BrokenNumbersError; what the session throws.
 */
export async function writeAnswer(model: OpenModel, messages: readonly ChatMessage[], sampling: Sampling, hooks: AnswerHooks): Promise<ChatEnd> {
  const { session, tokenizer, format } = model
  const begun = hooks.now()
  const prompt = format.prompt(messages)
  if (prompt.length >= session.contextMax) throw contextExceeded(model.facts.name, prompt.length, session.contextMax)
  hooks.onProgress('prefill', 0, prompt.length)

  const read = await unlessAborted(hooks.signal, () => session.sync(prompt, { signal: hooks.signal, onProgress: (done, total) => hooks.onProgress('prefill', done, total) }))
  const prefill = hooks.now() - begun
  const tokensMax = Math.min(sampling.tokensMax, session.contextMax - prompt.length)
  const sampler = createSampler(sampling)
  const stream = createTextStream()
  const answer = format.readAnswer()
  let logits = read?.logits ?? null
  let firstToken = prefill
  let generated = 0
  let reason: ChatEnd['reason'] = 'length'
  while (generated < tokensMax) {
    if (logits === null || hooks.signal.aborted) {
      reason = 'cancelled'
      break
    }
    // Some models compute scores for more tokens than they have, to round the number.
    const token = sampler.next(logits.subarray(0, tokenizer.size))
    if (format.stops.has(token)) {
      reason = 'stop'
      break
    }
    generated++
    if (generated === 1) firstToken = hooks.now() - begun
    const text = answer.push(stream.push(tokenizer.bytesOf(token)))
    if (text !== '') hooks.onText(text)
    hooks.onProgress('write', generated, tokensMax)
    await hooks.breathe()
    if (generated < tokensMax) logits = await unlessAborted(hooks.signal, () => session.step(token, hooks.signal))
  }
  const rest = answer.push(stream.end())
  if (rest !== '') hooks.onText(rest)
  return {
    reason,
    tokens: { reused: read?.reused ?? 0, prefilled: read?.prefilled ?? 0, generated },
    milliseconds: { prefill, firstToken, total: hooks.now() - begun },
  }
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
