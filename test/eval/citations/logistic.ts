/** One example: features, the first of which is 1, and whether it is true. */
export interface Example {
  readonly features: readonly number[]
  readonly isTrue: boolean
}

const rounds = 4_000
const pace = 0.5
/** Keeps weights finite where examples can be told apart without fault. */
const penalty = 0.002

/** Weights of a logistic function, both kinds of example counting alike: by gradient ascent on the log-likelihood less a quadratic penalty. */
export function fitLogistic(examples: readonly Example[]): readonly number[] {
  const trues = examples.filter(({ isTrue }) => isTrue).length
  const shareOf = (isTrue: boolean): number => 0.5 / (isTrue ? trues : examples.length - trues)
  let weights = (examples[0]?.features ?? []).map(() => 0)
  for (let round = 0; round < rounds; round++) {
    const gradient = weights.map((weight) => -penalty * weight)
    for (const { features, isTrue } of examples) {
      const sum = features.reduce((total, feature, i) => total + feature * (weights[i] ?? 0), 0)
      const error = ((isTrue ? 1 : 0) - 1 / (1 + Math.exp(-sum))) * shareOf(isTrue)
      features.forEach((feature, i) => (gradient[i] = (gradient[i] ?? 0) + error * feature))
    }
    weights = weights.map((weight, i) => weight + pace * (gradient[i] ?? 0))
  }
  return weights
}
