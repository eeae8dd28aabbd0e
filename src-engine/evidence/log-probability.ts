/** What lies so far below the best score is left out: 200,000 tokens there together are under 0.0005 of the probability, and `exp` is the cost. */
const reach = 20

/** The natural logarithm of the probability that logits give to a token, at most 0.0005 too high. */
export function logProbability(logits: Float32Array, token: number): number {
  let max = -Infinity
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? max
    if (logit > max) max = logit
  }
  const floor = max - reach
  let sum = 0
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? floor
    if (logit > floor) sum += Math.exp(logit - max)
  }
  return (logits[token] ?? -Infinity) - max - Math.log(sum)
}
