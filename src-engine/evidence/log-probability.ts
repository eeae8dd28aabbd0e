/** The natural logarithm of the probability that scores give to a token: its score over the logarithm of the sum of all exponentials. */
export function logProbability(logits: Float32Array, token: number): number {
  let max = -Infinity
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i] ?? max)
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] ?? -Infinity) - max)
  return (logits[token] ?? -Infinity) - max - Math.log(sum)
}
