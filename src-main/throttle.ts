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
