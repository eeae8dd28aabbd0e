/** Waits for something to be heard again and again. */
export interface SilenceWatch {
  heard(): void
  end(): void
}

export interface SilenceWorld {
  readonly limitMilliseconds: number
  /** How often it looks, many times within the limit; a twentieth of that where nothing is said. */
  readonly checkMilliseconds?: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
  /** Whether something has to be heard now; always where nothing is said. */
  readonly isExpected?: () => boolean
}

/**
 * Calls back when nothing was heard for so long, and again after as long. Time in which this process stood still too, as where the computer slept, does
 * not count.
 */
export function watchSilence(world: SilenceWorld, onSilent: () => void): SilenceWatch {
  const { limitMilliseconds, checkMilliseconds = limitMilliseconds / 20, now = () => performance.now(), isExpected = () => true } = world
  let lastHeard = now()
  let lastLooked = lastHeard
  const look = (): void => {
    const before = lastLooked
    lastLooked = now()
    if (lastLooked - before > limitMilliseconds / 2) lastHeard = lastLooked
    if (!isExpected() || lastLooked - lastHeard < limitMilliseconds) return
    lastHeard = lastLooked
    onSilent()
  }
  const timer = setInterval(look, checkMilliseconds)
  return {
    heard: () => { lastHeard = now() },
    end: () => clearInterval(timer),
  }
}
