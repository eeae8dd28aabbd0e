/** Prints measured values as one figure: a line of JSON for the table of `npm run bench` and `npm run eval`. Returns the median. @throws Error for no number */
export function printFigure(name: string, unit: string, values: readonly number[]): number {
  if (values.some(Number.isNaN)) throw new Error(`What was measured is no number: ${name}, ${values.join(', ')} ${unit}.`)
  const [min, median, max] = [0, 0.5, 1].map((share) => short(quantile(values, share)))
  console.log(JSON.stringify({ name, unit, median, min, max, runs: values.length }))
  return quantile(values, 0.5)
}

/** Counts are exact, all else has four significant digits. */
const short = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)))

/** The value below which `share` of them lie, between two neighbours where it falls between them; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** Milliseconds that `use` takes. */
export async function timed(use: () => unknown): Promise<number> {
  const begun = performance.now()
  await use()
  return performance.now() - begun
}
