/**
 * How far answers and next pages with retrieval attention are from exact ones, by the share of a real book that a token looks at; against other ways of
 * choosing equally many blocks. Every way is told the tokens that exact attention gave, and its logits after each are compared with the exact ones.
 *
 * LONGLEAF_FIDELITY_TOKENS: of the model's window, 32,768 by default; LONGLEAF_FIDELITY_BUDGETS: in percent of the book, separated by commas;
 * LONGLEAF_FIDELITY_WAYS: of `wayNames`; LONGLEAF_FIDELITY_QUESTIONS, _ANSWER, _PAGES: how many questions, and tokens of an answer and of the pages.
 */
import { QueryRows } from '../../src-engine/evidence/queries'
import { blockTokens } from '../../src-engine/reading/layout'
import { RetrievalSession } from '../../src-engine/retrieval/session'
import { printFigure, quantile } from '../support/figure'
import { hasTestModel, testModelPath } from '../support/test-model'
import { openParts } from '../support/token-major'
import { answerTo, compareTurn, readOn, together, type Compared, type Turn } from './course'
import { questionsAbout, questionTokens } from './questions'
import { readBook } from './read-book'
import { usualWays, wayNames, Ways, type Way } from './ways'

const number = (name: string, otherwise: number): number => Number(process.env[`LONGLEAF_FIDELITY_${name}`] ?? otherwise)
const list = (name: string, otherwise: readonly string[]): readonly string[] => process.env[`LONGLEAF_FIDELITY_${name}`]?.split(',') ?? otherwise

/** Of the window, for questions and answers. */
const roomTokens = 2_048
const behindMax = roomTokens
const tokens = number('TOKENS', 32_768) - roomTokens
const [questionCount, answerTokens, pageTokens] = [number('QUESTIONS', 8), number('ANSWER', 32), number('PAGES', 128)]
const budgets = list('BUDGETS', ['3', '6', '12', '25']).map(Number)
const chosenWays = wayNames.filter((way) => list('WAYS', usualWays).includes(way))
const book = 'policy'

if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and fidelity is measured with it.')
const opened = await openParts(testModelPath, number('THREADS', 2))
const { backend, model } = opened
const { held, next, tokenizer, format } = await readBook(opened, testModelPath, book, { tokens, next: pageTokens })
const { layers, kvHeads, headSize, heads } = model.shape
const place = { backend, shape: { layers, heads: kvHeads, headSize }, heads, blocks: tokens / blockTokens, behindMax }
const ways = new Ways(place, held.reading)
try {
  const { pages, conversation } = await exactly()
  for (const percent of budgets) for (const way of chosenWays) await measure(way, percent, pages, conversation)
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

async function exactly(): Promise<{ readonly pages: Turn; readonly conversation: readonly Turn[] }> {
  const session = await open('window', tokens)
  const pages = await readOn(session, next)
  session.rewind(tokens)
  const conversation: Turn[] = []
  for (const [i, question] of questionsAbout[book].slice(0, questionCount).entries()) {
    const turn = await answerTo(session, questionTokens(format, question, i === 0 ? 'first' : 'later'), format.stops, answerTokens)
    conversation.push(turn)
    console.error(`  ${question} ${Buffer.concat(turn.answer.map((token) => tokenizer.bytesOf(token))).toString('utf8')}`)
  }
  session.close()
  return { pages, conversation }
}

async function measure(way: Way, percent: number, pages: Turn, conversation: readonly Turn[]): Promise<void> {
  const session = await open(way, (tokens * percent) / 100)
  const begun = performance.now()
  const name = (what: string): string => `${tokens} tokens, ${percent} %, ${way}, ${what}`
  print(name('next pages'), await compareTurn(session, pages))
  session.rewind(tokens)
  const turns: Compared[] = []
  for (const turn of conversation) turns.push(await compareTurn(session, turn))
  print(name('question 1'), together(turns.slice(0, 1)))
  if (turns.length > 1) print(name(`questions 2 to ${turns.length}`), together(turns.slice(1)))
  console.error(`  ${name('')}${Math.round((performance.now() - begun) / 1000)} s`)
  session.close()
}

function print(name: string, { divergences, agreements, passed }: Compared): void {
  if (divergences.length === 0) return
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
  printFigure(`${name}: mean divergence`, 'nats', [mean(divergences)])
  printFigure(`${name}: 99th percentile`, 'nats', [quantile(divergences, 0.99)])
  printFigure(`${name}: same best token`, '%', [100 * mean(agreements.map(Number))])
  printFigure(`${name}: mass passed over`, '%', [100 * mean(passed.flatMap(({ unselected }) => Array.from(unselected)))])
}
