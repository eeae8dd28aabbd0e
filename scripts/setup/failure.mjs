/** A failure that the person at the terminal can mend: what happened, and the command that mends it. */
export class SetupFailure extends Error {
  /**
   * @param {string} message one sentence: what is missing or went wrong, and with what
   * @param {{ mend?: string, transient?: boolean, unreachable?: boolean, cause?: unknown }} [more]
   *   `mend` is a command or advice; `transient` means that a second try may succeed; `unreachable` that the source could not be connected to at all
   */
  constructor(message, { mend, transient = false, unreachable = false, cause } = {}) {
    super(message, { cause })
    this.name = 'SetupFailure'
    this.mend = mend
    this.transient = transient
    this.unreachable = unreachable
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error))

/**
 * Runs a job up to `tries` times, waiting longer before each new try; only transient failures are tried again.
 * @template T
 * @param {() => Promise<T>} job
 * @param {{ tries?: number, waitMs?: number, onRetry?: (error: SetupFailure, waitMs: number) => void }} [options]
 * @returns {Promise<T>}
 */
export async function withRetries(job, { tries = 3, waitMs = 1000, onRetry } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await job()
    } catch (error) {
      if (!(error instanceof SetupFailure) || !error.transient || attempt >= tries) throw error
      const pauseMs = waitMs * 2 ** (attempt - 1)
      onRetry?.(error, pauseMs)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
