/** Of how many this is true: percent, with the 95 % interval (Wilson 1927) as the least and the most, as one figure. */
export function printShare(name: string, hits: readonly boolean[]): void {
  const n = hits.length
  const [low, high] = interval(hits.filter(Boolean).length / n, n)
  const [min, median, max] = [low, hits.filter(Boolean).length / n, high].map((share) => Number((100 * share).toFixed(1)))
  console.log(JSON.stringify({ name, unit: '%', median, min, max, runs: n }))
}

const z = 1.96

function interval(share: number, n: number): readonly [low: number, high: number] {
  const middle = share + (z * z) / (2 * n)
  const width = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  const norm = 1 + (z * z) / n
  return [(middle - width) / norm, (middle + width) / norm]
}
