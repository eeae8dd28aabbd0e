/**
 * Which heads of a model look at what supports the words that are being written: measured on cases of which that is known, by making the model
 * say the right answers. A few heads do it, in every model that was looked at, and the same ones on other texts.
 */
import type { CalibrationCase, Calibration } from '../protocol'
import type { Tokenizer } from '../tokenizer/tokenizer'
import type { ChatFormat } from '../chat/prompt'
import type { Session, SyncOptions } from '../session'
import type { Head } from './heads'
import { logProbability } from './log-probability'
import { placeRanges } from './places'

/** More heads than this gain nothing; fewer let one head's whims show. */
const headsChosen = 8

interface CalibrationModel {
  readonly session: Pick<Session, 'sync' | 'evidence'>
  readonly shape: { readonly layers: number; readonly heads: number }
  readonly tokenizer: Tokenizer
  readonly format: ChatFormat
}

export interface CalibrationHooks {
  /** Cases that are done, of how many; again after each layer, so that who waits hears that it goes on. */
  onProgress(done: number, total: number): void
  readonly signal: AbortSignal
}

/** What all heads looked at while a right answer was said. */
export interface Seen {
  /** Mean softmax mass of an answer's token on each sentence, [heads][sentences]. */
  readonly masses: Float32Array
  readonly sentences: number
  /** Indices of the sentences that support the answer. */
  readonly gold: readonly number[]
  /** Mean natural logarithm of the probability of the answer's tokens. */
  readonly logProbability: number
}

/** @throws what the session throws; the reason of the signal */
export async function calibrate(model: CalibrationModel, cases: readonly CalibrationCase[], { onProgress, signal }: CalibrationHooks): Promise<Calibration> {
  const heads = allHeads(model.shape)
  const seen: Seen[] = []
  for (const [done, each] of cases.entries()) {
    onProgress(done, cases.length)
    seen.push(await readCase(model, each, heads, { signal, onProgress: () => onProgress(done, cases.length) }))
  }
  return chooseHeads(seen, heads)
}

/** The best of these heads, best first, and what is usual for them. */
export function chooseHeads(seen: readonly Seen[], heads: readonly Head[]): Calibration {
  const ranked = rankHeads(seen, heads.length).slice(0, headsChosen)
  const typical = (of: (each: Seen) => number): number => seen.reduce((sum, each) => sum + of(each), 0) / Math.max(1, seen.length)
  return {
    heads: ranked.flatMap((head) => heads[head] ?? []),
    mass: typical((each) => ranked.reduce((sum, head) => sum + best(each, head), 0) / ranked.length),
    logProbability: typical((each) => each.logProbability),
  }
}

export const allHeads = ({ layers, heads }: CalibrationModel['shape']): readonly Head[] =>
  Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }))

async function readCase(
  { session, tokenizer, format }: CalibrationModel, { messages, sources, question, answer, gold }: CalibrationCase, heads: readonly Head[], reading: Required<Pick<SyncOptions, 'signal' | 'onProgress'>>,
): Promise<Seen> {
  const prompt = format.prompt(messages)
  const said = tokenizer.encode(answer)
  const places = placeRanges(prompt, tokenizer, messages, [...sources, question])
  let logSum = 0
  const onLogits: SyncOptions['onLogits'] = (position, logits) => {
    const next = said[position + 1 - prompt.length]
    if (next !== undefined) logSum += logProbability(logits, next)
  }
  // The prompt by itself: cases over one text share it up to the question, and only the answer needs its logits.
  await session.sync(Array.from(prompt.subarray(0, -1)), reading)
  await session.sync([...prompt, ...said], { ...reading, onLogits, watch: { heads, from: prompt.length } })
  const masses = await session.evidence({ start: prompt.length, end: prompt.length + said.length }, places.slice(0, -1))
  return { masses: masses.map((mass) => mass / said.length), sentences: sources.length, gold, logProbability: logSum / said.length }
}

/** Indices of the heads, best first: by how often the sentence that a head looks at most supports the answer, then by the share that such sentences get. */
function rankHeads(seen: readonly Seen[], heads: number): readonly number[] {
  const scores = Array.from({ length: heads }, (_, head) => seen.reduce((score, each) => {
    const own = each.masses.subarray(head * each.sentences, (head + 1) * each.sentences)
    const onGold = best(each, head)
    const sum = own.reduce((a, b) => a + b, 0)
    return score + (onGold >= Math.max(...own) ? 1 : 0) + (sum > 0 ? onGold / sum : 0)
  }, 0))
  return scores.map((_, head) => head).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
}

/** Mass of the supporting sentence that the head looks at most. */
const best = ({ masses, sentences, gold }: Seen, head: number): number =>
  gold.reduce((max, sentence) => Math.max(max, masses[head * sentences + sentence] ?? 0), 0)
