import type { LoopWorld } from './world'

interface BetweenOptions {
  /** Does what has come meanwhile and is to be done first. */
  others(): Promise<void>
  /** Rest for each millisecond of computing, as it is wanted now. */
  restShare(): number
  /** Ends a rest. */
  readonly signal: AbortSignal
}

/** Others wait so long at most because of a rest, milliseconds. */
const napMilliseconds = 50

/** For so much computing it rests at most: a chunk that took longer stood still, as where the computer slept. */
const restedMillisecondsMax = 10_000

/** To be called before each chunk of a text: others come first, and the computer rests in proportion to what the last chunk took. */
export function createBetween(world: Pick<LoopWorld, 'now' | 'every' | 'breathe'>, { others, restShare, signal }: BetweenOptions): () => Promise<void> {
  let resumed = world.now()
  return async () => {
    const computed = Math.min(world.now() - resumed, restedMillisecondsMax)
    await world.breathe()
    await others()
    const begun = world.now()
    while (world.now() - begun < restShare() * computed && !signal.aborted) {
      await nap(world)
      await others()
    }
    resumed = world.now()
  }
}

const nap = (world: Pick<LoopWorld, 'every'>): Promise<void> =>
  new Promise((resolve) => {
    const stop = world.every(napMilliseconds, () => {
      stop()
      resolve()
    })
  })
