const everyMs = 2000

/**
 * Progress lines on standard error, so that a command's standard output stays its own.
 * @param {{ write: (text: string) => void, now?: () => number }} world
 */
export function makeReport({ write, now = Date.now }) {
  let last = 0
  return {
    /** @param {string} text */
    line: (text) => write(`[set-up] ${text}\n`),
    /**
     * @param {string} title
     * @param {number} doneBytes
     * @param {number | undefined} allBytes
     */
    progress(title, doneBytes, allBytes) {
      if (now() - last < everyMs) return
      last = now()
      write(`[set-up] ${title}: ${megabytes(doneBytes)}${allBytes === undefined ? '' : ` of ${megabytes(allBytes)}`} MB\n`)
    },
    /**
     * Says every few seconds that a job still runs, where its size cannot be seen.
     * @template T
     * @param {string} title
     * @param {() => Promise<T>} job
     */
    async during(title, job) {
      const start = now()
      const timer = setInterval(() => write(`[set-up] ${title}: ${Math.round((now() - start) / 1000)} s so far\n`), 5000)
      try {
        return await job()
      } finally {
        clearInterval(timer)
      }
    },
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => Math.round(bytes / 1e6)
