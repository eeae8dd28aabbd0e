/** What is said token by token after a text: how the book goes on, or the answers to some questions, one after the other. */
import type { Passed, RetrievalSession, Stepped } from '../../src-engine/retrieval/session'
import { bestOf, divergence } from '../support/logits'

export interface Turn {
  /** Looks at the whole text; none where the text itself goes on. */
  readonly question: readonly number[]
  readonly answer: readonly number[]
  /** Exact, after each token of the answer, [vocabulary]. */
  readonly logits: readonly Float32Array[]
}

export interface Compared {
  /** Kullback-Leibler divergence from exact attention after each token, nats. */
  readonly divergences: readonly number[]
  /** Whether the best token is the same. */
  readonly agreements: readonly boolean[]
  readonly passed: readonly Passed[]
}

/** The pages that follow, as exact attention sees them. */
export async function readOn(exact: RetrievalSession, answer: readonly number[]): Promise<Turn> {
  const logits: Float32Array[] = []
  for (const token of answer) logits.push((await next(exact, token)).logits.slice())
  return { question: [], answer, logits }
}

/** The answer that exact attention gives, the most likely token each time. */
export async function answerTo(exact: RetrievalSession, question: readonly number[], stops: ReadonlySet<number>, tokensMax: number): Promise<Turn> {
  const answer: number[] = []
  const logits: Float32Array[] = []
  let token = bestOf(await exact.ask(question) ?? new Float32Array(0)).token
  while (answer.length < tokensMax && !stops.has(token)) {
    const after = (await next(exact, token)).logits
    answer.push(token)
    logits.push(after.slice())
    token = bestOf(after).token
  }
  return { question, answer, logits }
}

/** The same turn with another session, which is told the tokens of the answer. */
export async function compareTurn(session: RetrievalSession, { question, answer, logits }: Turn): Promise<Compared> {
  const divergences: number[] = []
  const agreements: boolean[] = []
  const passed: Passed[] = []
  if (question.length > 0) await session.ask(question)
  for (const [i, token] of answer.entries()) {
    const wanted = logits[i]
    const found = await next(session, token)
    if (wanted === undefined) throw new Error('A token has no logits.')
    divergences.push(divergence(wanted, found.logits))
    agreements.push(bestOf(wanted).token === bestOf(found.logits).token)
    passed.push(found.passed)
  }
  return { divergences, agreements, passed }
}

async function next(session: RetrievalSession, token: number): Promise<Stepped> {
  const stepped = await session.step(token)
  if (stepped === undefined) throw new Error('Nobody stops this.')
  return stepped
}

export function together(all: readonly Compared[]): Compared {
  return {
    divergences: all.flatMap(({ divergences }) => divergences),
    agreements: all.flatMap(({ agreements }) => agreements),
    passed: all.flatMap(({ passed }) => passed),
  }
}
