/** How much was done by when. */
export interface Sample {
  readonly atMilliseconds: number
  readonly done: number
}

const samplesMax = 24
const spacingMilliseconds = 400
const measuredMilliseconds = 1_500

/** Keeps a short window of samples, spaced out, so that the speed is that of the last seconds. */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1)
  const beforeLast = samples.at(-2)
  if (last !== undefined && sample.done < last.done) return [sample]
  const crowded = last !== undefined && beforeLast !== undefined && last.atMilliseconds - beforeLast.atMilliseconds < spacingMilliseconds
  return [...(crowded ? samples.slice(0, -1) : samples), sample].slice(-samplesMax)
}

/** What was done in a second, over the last seconds; null until that was measured, and where nothing was done in them. */
export function speedOf(samples: readonly Sample[]): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined) return null
  const elapsed = last.atMilliseconds - first.atMilliseconds
  const done = last.done - first.done
  return elapsed < measuredMilliseconds || done <= 0 ? null : (done * 1_000) / elapsed
}

/** Milliseconds left at the speed of the last seconds; null until that speed was measured. */
export function timeLeft(samples: readonly Sample[], total: number): number | null {
  const speed = speedOf(samples)
  const left = total - (samples.at(-1)?.done ?? 0)
  return speed === null || left <= 0 ? null : (left * 1_000) / speed
}
