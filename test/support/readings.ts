/** What comparisons of two engines need of the logits that each gives over a text. */
import type { Engine } from '../../src-engine/engine'
import type { SessionOptions } from '../../src-engine/session'
import type { Llama } from './libllama'
import { bestOf, divergence, type Best } from './logits'

/** Two best logits nearer than this are a tie: rounding decides. */
export const tieMargin = 0.05
/** Whole distributions are compared at so many places of a text; the best token at every place. */
const distributionsMax = 200

export interface Reading {
  readonly best: readonly Best[]
  readonly distributions: ReadonlyMap<number, Float32Array>
}

function collector(length: number): { readonly reading: Reading; add(place: number, logits: Float32Array): void } {
  const every = Math.ceil(length / distributionsMax)
  const best: Best[] = []
  const distributions = new Map<number, Float32Array>()
  return {
    reading: { best, distributions },
    add(place, logits) {
      best[place] = bestOf(logits)
      if (place % every === 0) distributions.set(place, logits.slice())
    },
  }
}

export async function readReference(llama: Llama, tokens: readonly number[]): Promise<Reading> {
  const collected = collector(tokens.length)
  llama.rewind(0)
  await llama.decodeAll(tokens, collected.add)
  return collected.reading
}

export async function readOurs(engine: Engine, tokens: readonly number[], options: SessionOptions): Promise<Reading> {
  const collected = collector(tokens.length)
  const session = engine.open({ contextMax: tokens.length, ...options })
  await session.sync(tokens, { onLogits: collected.add })
  session.close()
  return collected.reading
}

/** Mean Kullback-Leibler divergence of b from a, in nats. */
export function meanDivergence(a: Reading, b: Reading): number {
  const all = [...a.distributions].map(([place, logits]) => divergence(logits, b.distributions.get(place) ?? new Float32Array(0)))
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

/** Places without a tie where the best token of `b` is another than that of `a`. */
export function disagreements(a: Reading, b: Reading): readonly number[] {
  return a.best.flatMap(({ token, margin }, place) => (margin > tieMargin && b.best[place]?.token !== token ? [place] : []))
}

export interface Difference {
  readonly prompt: string
  readonly step: number
  /** How sure libllama was of its own choice. */
  readonly margin: number
}

/** Where our greedy text first leaves that of libllama, each going on token by token from a prompt; undefined if it never does. */
export async function firstDifference(engine: Engine, llama: Llama, prompt: string, steps: number, options: SessionOptions): Promise<Difference | undefined> {
  const tokens = llama.tokenize(prompt, false)
  const session = engine.open({ contextMax: tokens.length + steps, ...options })
  llama.rewind(0)
  let theirs = bestOf(llama.decode(tokens))
  await session.sync(tokens)
  let ours = bestOf(session.logits)
  let step = 0
  while (ours.token === theirs.token && ++step < steps) {
    ours = bestOf(await session.step(theirs.token))
    theirs = bestOf(llama.decode([theirs.token]))
  }
  session.close()
  return ours.token === theirs.token ? undefined : { prompt, step, margin: theirs.margin }
}
