import { supportWeights } from './weights'

/** What is usual for right answers of a model, against which its own are held: from `resources/evidence-heads.json` or a calibration. */
export interface Usual {
  /** Mean softmax mass that a token puts on the supporting sentence. */
  readonly mass: number
  /** Mean natural logarithm of a token's probability. */
  readonly logProbability: number
}

/** Signals that fail in different ways: a replaced answer is improbable, removed evidence draws nobody's attention, an invented answer has other words. */
export interface Signals {
  /** Softmax mass of the sentence that got most, cited or not. */
  readonly mass: number
  readonly logProbability: number
  /** Share of the statement's words that the best sentence holds, by weight. */
  readonly share: number
  /** How far words tell anything here, 0 to 1. */
  readonly comparable: number
  /** How much the question looked at the best sentence: as `questionScores`. */
  readonly asked: number
}

const massMin = 1e-6
/** Of a right answer, about: what counts instead as far as words cannot be compared. */
const shareUsual = 0.5

/** The signals as the logistic function takes them, in the order of its weights; the first is always 1. */
export function featuresOf({ mass, logProbability, share, comparable, asked }: Signals, usual: Usual): readonly number[] {
  const looked = Math.log(Math.max(mass, massMin) / usual.mass)
  return [1, looked, logProbability - usual.logProbability, comparable * share + (1 - comparable) * shareUsual, asked]
}

/** How likely it is that the statement stands in the text, 0 to 1. */
export function supportLikelihood(signals: Signals, usual: Usual): number {
  const sum = featuresOf(signals, usual).reduce((total, feature, i) => total + feature * (supportWeights[i] ?? 0), 0)
  return 1 / (1 + Math.exp(-sum))
}
