import { quantile } from './figure'
import { seededRandom } from './seeded-random'

interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

const resamples = 2_000

/** The mean of some values, and between what it lies in 95 of 100 draws of as many of them (percentile bootstrap, Efron 1979). NaN of none. */
export function meanInterval(values: readonly number[]): Interval {
  const random = seededRandom(values.length)
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0
    return sum / values.length
  })
  return { mean: values.reduce((sum, each) => sum + each, 0) / values.length, low: quantile(means, 0.025), high: quantile(means, 0.975) }
}

/** Prints a mean as a figure (`printFigure`) whose least and most are its interval. */
export function printMean(name: string, unit: string, values: readonly number[]): void {
  const { mean, low, high } = meanInterval(values)
  const [median, min, max] = [mean, low, high].map((value) => Number(value.toPrecision(4)))
  console.log(JSON.stringify({ name, unit, median, min, max, runs: values.length }))
}
