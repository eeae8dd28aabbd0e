import type { EventName, Events } from '../contract/events'
import type { Publish } from './publish'

export interface EventHub {
  readonly publish: Publish
  listen<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
}

/** Events inside main, for where there is no window to hear them. */
export function createEventHub(): EventHub {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  return {
    publish(name, payload) {
      // Each listener was put under the name of its own payload.
      for (const listener of listeners.get(name) ?? []) (listener as (payload: Events[typeof name]) => void)(payload)
    },
    listen(name, listener) {
      const heard = listeners.get(name) ?? new Set()
      listeners.set(name, heard.add(listener))
      return () => void heard.delete(listener)
    },
  }
}
