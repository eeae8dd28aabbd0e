/**
 * How far answers and next pages with retrieval attention are from exact ones, by the share of a real book that a token looks at; against other ways of
 * choosing equally many blocks. Every way is told the tokens that exact attention gave, and its logits after each are compared with the exact ones.
 *
 * LONGLEAF_FIDELITY_TOKENS: of the model's window, 32,768 by default; LONGLEAF_FIDELITY_BUDGETS: in percent of the book, separated by commas;
 * LONGLEAF_FIDELITY_WAYS: of `wayNames`; LONGLEAF_FIDELITY_QUESTIONS, _ANSWER, _PAGES: how many questions, and tokens of an answer and of the pages;
 * LONGLEAF_FIDELITY_THREADS: 2 by default; where others compute, 1 is several times as fast. One way, budget and three questions take a minute.
 */
import { join } from 'node:path'
import { QueryRows } from '../../src-engine/evidence/queries'
import { blockTokens } from '../../src-engine/reading/layout'
import { RetrievalSession } from '../../src-engine/retrieval/session'
import { printMean } from '../support/bootstrap'
import { printFigure, quantile } from '../support/figure'
import { hasTestModel, testModelPath } from '../support/test-model'
import { openParts } from '../support/token-major'
import { answerTo, compareTurn, readOn, together, type Compared } from './course'
import { ExactTurns, turnName } from './exact-turns'
import { questionsAbout, questionTokens } from './questions'
import { fidelityFolder, readBook } from './read-book'
import { usualWays, wayNames, Ways, type Way } from './ways'

const number = (name: string, otherwise: number): number => Number(process.env[`LONGLEAF_FIDELITY_${name}`] ?? otherwise)
const list = (name: string, otherwise: readonly string[]): readonly string[] => process.env[`LONGLEAF_FIDELITY_${name}`]?.split(',') ?? otherwise

/** Of the window, for questions and answers. */
const roomTokens = 2_048
const behindMax = roomTokens
const tokens = number('TOKENS', 32_768) - roomTokens
const [questionCount, answerTokens, pageTokens] = [number('QUESTIONS', 8), number('ANSWER', 128), number('PAGES', 128)]
const budgets = list('BUDGETS', ['3', '6', '12', '25']).map(Number)
const chosenWays = wayNames.filter((way) => list('WAYS', usualWays).includes(way))
const book = 'policy'

if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and fidelity is measured with it.')
const opened = await openParts(testModelPath, number('THREADS', 2))
const { backend, model } = opened
const { held, next, tokenizer, format } = await readBook(opened, testModelPath, book, { tokens, next: pageTokens })
const { layers, kvHeads, headSize, heads, vocabulary } = model.shape
const place = { backend, shape: { layers, heads: kvHeads, headSize }, heads, blocks: tokens / blockTokens, behindMax }
const ways = new Ways(place, held.reading)
const exact = new ExactTurns(join(fidelityFolder(), 'exact'), vocabulary)
const questions = questionsAbout[book].slice(0, questionCount).map((question, i) => questionTokens(format, question, i === 0 ? 'first' : 'later'))
const names = {
  pages: turnName(Array.from(held.reading.tokens), next),
  answers: questions.map((_, i) => turnName(Array.from(held.reading.tokens), questions.slice(0, i + 1), answerTokens)),
}
try {
  await keepExact()
  for (const percent of budgets) for (const way of chosenWays) await measure(way, percent)
} finally {
  ways.free()
  await held.close()
  opened.close()
}

async function open(way: Way, budgetTokens: number): Promise<RetrievalSession> {
  // What knows nothing of the question has none of its pins.
  const pins = !['window', 'random', 'min-max', 'oracle'].includes(way)
  const options = { budgetTokens, unselectedMax: Infinity, behindMax, pins, scorer: await ways.scorer(way), queries: new QueryRows(backend, headSize) }
  return RetrievalSession.open(backend, model, { kept: held.reading, count: tokens }, options)
}

/** What exact attention says is computed where it is not kept yet. */
async function keepExact(): Promise<void> {
  if (exact.has(names.pages) && names.answers.every((name) => exact.has(name))) return
  const session = await open('window', tokens)
  if (!exact.has(names.pages)) exact.keep(names.pages, await readOn(session, next))
  console.error('  The next pages are read exactly.')
  session.rewind(tokens)
  for (const [i, question] of questions.entries()) {
    const turn = await answerTo(session, question, format.stops, answerTokens)
    exact.keep(names.answers[i] ?? '', turn)
    console.error(`  ${questionsAbout[book][i]} ${Buffer.concat(turn.answer.map((token) => tokenizer.bytesOf(token))).toString('utf8')}`)
  }
  session.close()
}

async function measure(way: Way, percent: number): Promise<void> {
  const session = await open(way, (tokens * percent) / 100)
  const begun = performance.now()
  const name = (what: string): string => `${tokens} tokens, ${percent} %, ${way}, ${what}`
  if (pageTokens > 0) print(name('next pages'), await compareTurn(session, exact.load(names.pages, [])))
  console.error('BLOCKS', way, session.blocksRead, session.blocksRead / 128 / layers / kvHeads, 'per token, layer and head; ms per token', (performance.now() - begun) / 128)
  session.rewind(tokens)
  const turns: Compared[] = []
  for (const [i, question] of questions.entries()) turns.push(await compareTurn(session, exact.load(names.answers[i] ?? '', question)))
  print(name('question 1'), together(turns.slice(0, 1)))
  if (turns.length > 1) print(name(`questions 2 to ${turns.length}`), together(turns.slice(1)))
  console.error(`  ${name('')}${Math.round((performance.now() - begun) / 1000)} s`)
  session.close()
}

function print(name: string, { divergences, agreements, passed }: Compared): void {
  if (divergences.length === 0) return
  printMean(`${name}: mean divergence`, 'nats', divergences)
  printFigure(`${name}: 99th percentile`, 'nats', [quantile(divergences, 0.99)])
  printMean(`${name}: same best token`, '%', agreements.map((agrees) => (agrees ? 100 : 0)))
  printMean(`${name}: mass passed over`, '%', passed.map(({ unselected }) => 100 * mean(unselected)))
}

function mean(numbers: Float32Array): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
