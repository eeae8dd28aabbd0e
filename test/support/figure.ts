/** Prints measured values as one figure: a line of JSON for the table of `npm run bench` and `npm run eval`. */
export function printFigure(name: string, unit: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
  console.log(JSON.stringify({ name, unit, median, min: sorted[0], max: sorted.at(-1), runs: sorted.length }))
}
