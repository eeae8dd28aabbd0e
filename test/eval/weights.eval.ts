/**
 * Fits what citations are decided by, on questions of which no figure is printed elsewhere: the heads of each model and what is usual for them
 * (`resources/evidence-heads.json`), and the weights of the signals (`src-main/ask/weights.ts`).
 */
import { chooseHeads, type Seen } from '../../src-engine/evidence/calibrate'
import { featuresOf } from '../../src-main/ask/likelihood'
import { findByBoth, rankByBoth } from '../../src-main/ask/supporting'
import { printFigure } from '../support/figure'
import { headsOf, lookWith, openReader, readAll, type Reader, type Reading } from './citations/forced'
import { ownCases } from './citations/own'
import type { LabelledCase } from './citations/labelled'
import { fitLogistic, type Example } from './citations/logistic'
import { evalModels, type EvalModel } from './citations/models'
import { hotpotCases, squadCases } from './citations/sets'
import { printShare } from './citations/share'
import { withAnswersReplaced, withEvidenceRemoved } from './citations/unsupported'

const count = Number(process.env['LONGLEAF_EVAL_CASES'] ?? 50)
const sampling = { half: 'development', count, contextTokens: 900 } as const

/** Of the answer's rows only, as a calibration has them. */
function seenOf({ told }: Reading, { sentences, gold }: LabelledCase): Seen {
  const own = told.pieces.filter(({ of }) => of === 'answer')
  const rows = own.reduce((sum, piece) => sum + piece.rows, 0)
  const masses = Float32Array.from(own[0]?.masses ?? [], (_, i) => own.reduce((sum, piece) => sum + (piece.masses[i] ?? 0), 0) / rows)
  return { masses, sentences: sentences.length, gold, logProbability: own.reduce((sum, piece) => sum + piece.logProbability, 0) / rows }
}

const examplesOf = (readings: readonly Reading[], { usual }: EvalModel, isTrue: boolean): readonly Example[] =>
  readings.flatMap((reading) => {
    const found = findByBoth(reading.claim, reading.evidence, lookWith(usual.heads, reading))
    return found === null ? [] : [{ features: featuresOf(found.signals, usual), isTrue }]
  })

/** Proportions from SQuAD, where the figures are wanted; bias and scale from all that was developed on (Platt 1999). */
function fitWeights(squad: readonly Example[], others: readonly Example[]): readonly number[] {
  const [, ...slopes] = fitLogistic(squad)
  const scoreOf = ({ features }: Example): number => features.slice(1).reduce((sum, feature, i) => sum + feature * (slopes[i] ?? 0), 0)
  const [bias = 0, scale = 1] = fitLogistic([...squad, ...others].map((example) => ({ features: [1, scoreOf(example)], isTrue: example.isTrue })))
  return [bias, ...slopes.map((slope) => scale * slope)]
}

async function unsupportedToo(reader: Reader, model: EvalModel, cases: readonly LabelledCase[]): Promise<readonly Example[]> {
  const unsupported = [...(await readAll(reader, withAnswersReplaced(cases))), ...(await readAll(reader, withEvidenceRemoved(cases)))]
  return [...examplesOf(await readAll(reader, cases), model, true), ...examplesOf(unsupported, model, false)]
}

const ofSquad: Example[] = []
const ofOwn: Example[] = []
for (const model of await evalModels()) {
  const reader = openReader(model.path, model.contextMax)
  const squad = await squadCases(sampling)
  const own = [...ownCases.English(), ...(model.languages ? ownCases.French() : [])]
  const cases = [...squad, ...(await hotpotCases(sampling)), ...own]
  const read = await readAll(reader, cases)
  const chosen = chooseHeads(read.flatMap((reading, i) => (cases[i] ? [seenOf(reading, cases[i])] : [])), headsOf(read))
  console.warn(`${model.title}: ${JSON.stringify(chosen)}`)
  const isRight = (reading: Reading, i: number): boolean => {
    const { byBoth } = rankByBoth(reading.claim, reading.evidence, lookWith(chosen.heads, reading))
    return cases[i]?.gold.includes(byBoth.indexOf(Math.max(...byBoth))) ?? false
  }
  printShare(`${model.title}, development: looks of the heads chosen here and words name the sentence`, read.map(isRight))
  ofSquad.push(...(await unsupportedToo(reader, model, squad.slice(0, Math.ceil(count / 2)))))
  ofOwn.push(...(await unsupportedToo(reader, model, own)))
  reader.close()
}
const names = ['bias', 'mass', 'log-probability', 'share', 'asked']
fitWeights(ofSquad, ofOwn).forEach((weight, i) => printFigure(`weight of ${names[i]}, ${ofSquad.length + ofOwn.length} answers`, '', [weight]))
