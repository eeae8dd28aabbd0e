export interface Throttle<T> {
  /** Passes the value on now, or the last one of several when the interval is over. */
  push(value: T): void
  /** Drops what waits. */
  clear(): void
}

export function createThrottle<T>(intervalMilliseconds: number, pass: (value: T) => void): Throttle<T> {
  let timer: NodeJS.Timeout | undefined
  let waiting: { readonly value: T } | null = null
  const tick = (): void => {
    timer = undefined
    if (waiting === null) return
    const { value } = waiting
    waiting = null
    timer = setTimeout(tick, intervalMilliseconds)
    pass(value)
  }
  return {
    push(value) {
      waiting = { value }
      if (timer === undefined) tick()
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
      waiting = null
    },
  }
}

/** Passes on the newest value of each key: at once where nothing came lately, else together when the interval is over. */
export function createBatch<K, V>(intervalMilliseconds: number, keyOf: (value: V) => K, pass: (values: readonly V[]) => void): (value: V) => void {
  const waiting = new Map<K, V>()
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    timer = undefined
    if (waiting.size === 0) return
    const values = [...waiting.values()]
    waiting.clear()
    timer = setTimeout(flush, intervalMilliseconds)
    pass(values)
  }
  return (value) => {
    waiting.set(keyOf(value), value)
    if (timer === undefined) flush()
  }
}
