/**
 * How many threads compute. Threads of one graph wait for each other after every operation, some hundred times for a token; if one of them
 * has to share its core, all wait for it each time, and two threads come to a thirtieth of one. So the cores that others use are left to them.
 */

/** Running sums in milliseconds: time, and core time that all processes and this one used. */
export interface CoreTimes {
  readonly time: number
  readonly busy: number
  readonly own: number
}

/** How often the cores are looked at: the counters of operating systems move in steps of 10 ms. */
export const lookEveryMs = 250
/** A core that others use this much or more is left to them. */
const sharedMin = 0.4

/** @returns from 1 to `threadsMax` */
export function threadsFor(before: CoreTimes, after: CoreTimes, cores: number, threadsMax: number): number {
  const elapsed = after.time - before.time
  if (elapsed <= 0) return threadsMax
  const others = Math.max(0, (after.busy - before.busy - (after.own - before.own)) / elapsed)
  const taken = Math.floor(others + 1 - sharedMin)
  return Math.max(1, Math.min(threadsMax, cores - taken))
}

/** Says before each run how many threads are to compute, from what others did lately. */
export function watchThreads(look: () => CoreTimes, now: () => number, cores: number, threadsMax: () => number): () => number {
  let before = look()
  let free = cores
  return () => {
    if (now() - before.time >= lookEveryMs) {
      const after = look()
      free = threadsFor(before, after, cores, cores)
      before = after
    }
    return Math.min(free, threadsMax())
  }
}

/**
 * Numbers of threads that may be the best, ascending: one for each whole core, or for each that the operating system calls one and that may be
 * half of one, as the two halves can slow each other down.
 * @param physical whole cores; left out where the system does not tell
 */
export function threadCandidates(cores: number, physical = cores < 4 ? cores : Math.ceil(cores / 2)): readonly number[] {
  return physical < cores ? [physical, cores] : [cores]
}

/** How much faster more threads have to be, as they take power and disturb others. */
const worthwhile = 0.95

/** The number of threads with which `measure` takes least time; fewer, where more gain little. */
export async function fastestThreads(candidates: readonly number[], measure: (threads: number) => Promise<number>): Promise<number> {
  let best = candidates[0] ?? 1
  if (candidates.length < 2) return best
  let bestTime = Infinity
  for (const threads of candidates) {
    const time = await measure(threads)
    if (time < bestTime * worthwhile) [best, bestTime] = [threads, time]
  }
  return best
}
