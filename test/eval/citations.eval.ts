/**
 * Whether the right sentence is named, and what is not there is called so. Right answers are put into the model's mouth; so are right ones of
 * another text, and right ones whose sentences were taken away. Heads and weights were chosen on other questions than these (`weights.eval.ts`).
 *
 * LONGLEAF_EVAL_CASES is the number of questions of each set; what a model told of a question is kept, so that a run that was cut goes on from there.
 */
import { scoreSentences } from '../../src-main/ask/evidence'
import { lookScores } from '../../src-main/ask/looks'
import { findByBoth, likelihoodOf, rankByBoth } from '../../src-main/ask/supporting'
import { contentWords } from '../../src-main/ask/words'
import { printFigure } from '../support/figure'
import { lookWith, openReader, readAll, type Reader, type Reading } from './citations/forced'
import { ownCases } from './citations/own'
import type { LabelledCase } from './citations/labelled'
import { evalModels, type EvalModel } from './citations/models'
import { hotpotCases, squadCases } from './citations/sets'
import { printShare } from './citations/share'
import { withAnswersReplaced, withEvidenceRemoved } from './citations/unsupported'

const count = Number(process.env['LONGLEAF_EVAL_CASES'] ?? 50)
const contextTokens = 900
/** Tokens in view, and how many questions of such a length are asked at most. */
const longContexts = [[1_000, 20], [4_000, 10], [16_000, 3]] as const

const isTop = (scores: readonly number[], gold: readonly number[]): boolean => gold.includes(scores.indexOf(Math.max(...scores)))

/** BM25 of all words of question and answer, with nothing known of languages. */
const byWordsAlone = ({ claim, evidence }: Reading): readonly number[] =>
  scoreSentences([...contentWords(claim.question), ...contentWords(claim.statement)], evidence.index)

async function printTop(reader: Reader, model: EvalModel, set: string, cases: readonly LabelledCase[]): Promise<void> {
  const { title, usual } = model
  const read = await readAll(reader, cases)
  const share = (name: string, scoresOf: (reading: Reading) => readonly number[]): void =>
    printShare(`${title}, ${set}: ${name}`, read.map((reading, i) => isTop(scoresOf(reading), cases[i]?.gold ?? [])))
  share('looks and words name the sentence', (reading) => rankByBoth(reading.claim, reading.evidence, lookWith(usual.heads, reading)).byBoth)
  share('looks alone', (reading) => lookScores(lookWith(usual.heads, reading)))
  share('BM25 alone', byWordsAlone)
  printShare(`${title}, ${set}: right answers cited`, read.map((reading) => likelihood(reading, model) >= 0.5))
}

/** How likely it is that the statement stands in the text, as citations decide it. */
function likelihood(reading: Reading, { usual }: EvalModel): number {
  const found = findByBoth(reading.claim, reading.evidence, lookWith(usual.heads, reading))
  return found === null ? 0 : likelihoodOf(found, usual)
}

/** Chance that a supported statement scores above an unsupported one. */
function areaUnder(supported: readonly number[], unsupported: readonly number[]): number {
  const wins = supported.flatMap((a) => unsupported.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)))
  return wins.reduce((sum, win) => sum + win, 0) / wins.length
}

async function printSeparation(reader: Reader, model: EvalModel, cases: readonly LabelledCase[]): Promise<void> {
  const likelihoods = async (of: readonly LabelledCase[]): Promise<readonly number[]> =>
    (await readAll(reader, of)).map((reading) => likelihood(reading, model))
  const right = await likelihoods(cases)
  const [replaced, removed] = [await likelihoods(withAnswersReplaced(cases)), await likelihoods(withEvidenceRemoved(cases))]
  for (const [how, wrong] of Object.entries({ 'answer replaced': replaced, 'evidence removed': removed })) {
    printFigure(`${model.title}, SQuAD, ${cases.length} questions: ${how}, area under the curve`, '', [areaUnder(right, wrong)])
    printShare(`${model.title}, SQuAD: ${how}, not cited`, wrong.map((each) => each < 0.5))
  }
}

for (const model of await evalModels()) {
  const reader = openReader(model.path, model.contextMax)
  const squad = await squadCases({ half: 'test', count, contextTokens })
  await printTop(reader, model, 'SQuAD', squad)
  await printTop(reader, model, 'HotpotQA', await hotpotCases({ half: 'test', count, contextTokens }))
  if (model.languages) {
    for (const language of ['German', 'Chinese'] as const) await printTop(reader, model, `${language} text and English question`, ownCases[language]())
  }
  await printSeparation(reader, model, squad.slice(0, Math.ceil(count / 2)))
  for (const [tokens, most] of longContexts.filter(([each]) => each < model.contextMax * 0.9)) {
    await printTop(reader, model, `SQuAD in ${tokens} tokens`, await squadCases({ half: 'test', count: Math.min(count, most), contextTokens: tokens }))
  }
  reader.close()
}
