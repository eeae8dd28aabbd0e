/** Holds the state and tells who listens; knows nothing of what the state is. */
export interface Store<S, E> {
  readonly get: () => S
  readonly dispatch: (event: E) => void
  readonly subscribe: (listener: () => void) => () => void
}

export function createStore<S, E>(reduce: (state: S, event: E) => S, first: S): Store<S, E> {
  let state = first
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    dispatch: (event) => {
      const next = reduce(state, event)
      if (next === state) return
      state = next
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
