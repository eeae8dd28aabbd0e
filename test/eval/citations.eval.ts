/**
 * Whether the right sentence is named, and what is not there is called so. Right answers are put into the model's mouth; so are wrong ones of
 * another text, and right ones whose sentences were taken away. Heads were chosen on other questions than these.
 */
import { supportLikelihood } from '../../src-main/ask/likelihood'
import { scoreSentences, shareHeld } from '../../src-main/ask/evidence'
import { rankByBoth } from '../../src-main/ask/supporting'
import { contentWords } from '../../src-main/ask/words'
import { printFigure } from '../support/figure'
import { starterModelPath } from '../support/starter-model'
import { hasTestModel, testModelPath } from '../support/test-model'
import { openReader, type Forced, type Reader } from './citations/forced'
import { otherLanguageCases } from './citations/languages'
import type { LabelledCase } from './citations/labelled'
import { hotpotCases, squadCases } from './citations/sets'

/** Questions of each set. */
const count = Number(process.env['LONGLEAF_EVAL_CASES'] ?? 50)
const contextTokens = 900
const longContexts = [1_000, 4_000, 16_000]

const models = [
  { title: 'SmolLM2-135M', name: 'Smollm2 135M', path: starterModelPath(), isThere: true, contextMax: 8_192, languages: false },
  { title: 'Qwen-0.5B', name: 'Qwen2.5 Coder 0.5B', path: testModelPath, isThere: hasTestModel, contextMax: 20_000, languages: true },
]

const topOf = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores))
const percent = (hits: readonly boolean[]): readonly number[] => [(100 * hits.filter(Boolean).length) / hits.length]

function isRight({ claim, evidence, look }: Forced, gold: readonly number[]): { readonly both: boolean; readonly words: boolean } {
  const words = scoreSentences([...contentWords(claim.question), ...contentWords(claim.statement)], evidence.index)
  return { both: gold.includes(topOf(rankByBoth(claim, evidence, look).byBoth)), words: gold.includes(topOf(words)) }
}

async function printTop(reader: Reader, title: string, cases: readonly LabelledCase[]): Promise<readonly Forced[]> {
  const read: Forced[] = []
  for (const labelled of cases) read.push(await reader.read(labelled))
  const right = read.map((forced, i) => isRight(forced, cases[i]?.gold ?? []))
  printFigure(`${title}, ${cases.length} questions: looks and words name the sentence`, '%', percent(right.map(({ both }) => both)))
  printFigure(`${title}: BM25 alone`, '%', percent(right.map(({ words }) => words)))
  return read
}

/** How likely it is that the statement stands in the text, as citations decide it. */
function likelihood({ claim, evidence, look }: Forced, reader: Reader): number {
  const { byBoth, byWords } = rankByBoth(claim, evidence, look)
  const best = topOf(byBoth)
  const share = byWords && shareHeld(contentWords(claim.statement), [best], evidence.index)
  return supportLikelihood({ mass: look.masses[best] ?? 0, logProbability: look.logProbability, share }, reader.usual)
}

/** Chance that a supported statement scores above an unsupported one. */
function areaUnder(supported: readonly number[], unsupported: readonly number[]): number {
  const wins = supported.flatMap((a) => unsupported.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)))
  return wins.reduce((sum, win) => sum + win, 0) / wins.length
}

async function printSeparation(reader: Reader, title: string, cases: readonly LabelledCase[], read: readonly Forced[]): Promise<void> {
  const replaced: Forced[] = []
  const removed: Forced[] = []
  for (const [i, labelled] of cases.entries()) {
    // The answer of a question about another text.
    const other = [...cases.slice(i), ...cases].find(({ sentences, answer }) => sentences !== labelled.sentences && answer !== labelled.answer)
    if (other !== undefined) replaced.push(await reader.read({ ...labelled, answer: other.answer }))
    const left = labelled.sentences.filter((sentence, at) => !labelled.gold.includes(at) && !sentence.includes(labelled.answer))
    removed.push(await reader.read({ ...labelled, sentences: left }))
  }
  const right = read.map((forced) => likelihood(forced, reader))
  printFigure(`${title}, ${cases.length} questions: answer replaced, area under the curve`, '', [areaUnder(right, replaced.map((forced) => likelihood(forced, reader)))])
  printFigure(`${title}, ${cases.length} questions: evidence removed, area under the curve`, '', [areaUnder(right, removed.map((forced) => likelihood(forced, reader)))])
}

for (const { title, name, path, isThere, contextMax, languages } of models) {
  if (!isThere) {
    console.warn(`${title} is not there, and is left out: npm run setup -- --tests`)
    continue
  }
  const reader = await openReader(path, name, contextMax)
  const squad = await squadCases({ half: 'test', count, contextTokens })
  const read = await printTop(reader, `${title}, SQuAD`, squad)
  await printTop(reader, `${title}, HotpotQA`, await hotpotCases({ half: 'test', count, contextTokens }))
  if (languages) {
    for (const [language, cases] of Object.entries(otherLanguageCases())) await printTop(reader, `${title}, ${language} text and English question`, cases)
  }
  const some = Math.ceil(count / 2)
  await printSeparation(reader, title, squad.slice(0, some), read.slice(0, some))
  for (const tokens of longContexts.filter((each) => each < contextMax * 0.9)) {
    await printTop(reader, `${title}, SQuAD in ${tokens} tokens`, await squadCases({ half: 'test', count: Math.min(count, 5), contextTokens: tokens }))
  }
  reader.close()
}
