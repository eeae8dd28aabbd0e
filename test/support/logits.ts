/** Comparisons of logits; the distributions meant are their softmax. */

export interface Best {
  readonly token: number
  /** Logit of the best over that of the second. */
  readonly margin: number
}

export function bestOf(logits: Float32Array): Best {
  let token = 0
  let first = -Infinity
  let second = -Infinity
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i] ?? Number.NaN
    if (value > first) {
      second = first
      first = value
      token = i
    } else if (value > second) second = value
  }
  return { token, margin: first - second }
}

/** log of the sum of exp. */
function normaliser(logits: Float32Array): number {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (const value of logits) sum += Math.exp(value - max)
  return max + Math.log(sum)
}

/** Kullback-Leibler divergence of q from p, in nats. */
export function divergence(p: Float32Array, q: Float32Array): number {
  const ofP = normaliser(p)
  const ofQ = normaliser(q)
  let sum = 0
  for (let i = 0; i < p.length; i++) {
    const logP = (p[i] ?? 0) - ofP
    sum += Math.exp(logP) * (logP - ((q[i] ?? 0) - ofQ))
  }
  return sum
}
