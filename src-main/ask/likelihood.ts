/** What is usual for right answers of a model, against which its own are held: from `resources/evidence-heads.json` or a calibration. */
export interface Usual {
  /** Mean softmax mass that a token puts on the supporting sentence. */
  readonly mass: number
  /** Mean natural logarithm of a token's probability. */
  readonly logProbability: number
}

/** Three signals that fail in different ways: a replaced answer is improbable, removed evidence draws no attention, an invented one has other words. */
export interface Signals {
  /** Softmax mass of the sentence that got most. */
  readonly mass: number
  readonly logProbability: number
  /** Share of the statement's words that the best sentence holds, by weight; null where both are of different languages. */
  readonly share: number | null
}

const massMin = 1e-6
/** Of a right answer whose words cannot be compared. */
const shareUnknown = 0.5
/** Of a logistic function, set on 40 SQuAD answers of the starter model, right and replaced. `npm run eval -- citations` prints how well it separates. */
const weights = { bias: -0.5, mass: 1, logProbability: 0.5, share: 4 }

/** How likely it is that the statement stands in the text, 0 to 1. */
export function supportLikelihood({ mass, logProbability, share }: Signals, usual: Usual): number {
  const looked = Math.log(Math.max(mass, massMin) / usual.mass)
  const sure = logProbability - usual.logProbability
  const sum = weights.bias + weights.mass * looked + weights.logProbability * sure + weights.share * (share ?? shareUnknown)
  return 1 / (1 + Math.exp(-sum))
}
