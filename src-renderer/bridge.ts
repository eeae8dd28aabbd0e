import type { CallName, Calls } from '../src-main/contract/calls'
import type { EventName, Events } from '../src-main/contract/events'
import type { Result } from '../src-main/contract/failure'
import type { ImportSource } from '../src-main/contract/imports'

/** The one way out of the window: what main answers to, and what it tells. */
export interface Bridge {
  call<N extends CallName>(name: N, ...args: Parameters<Calls[N]>): Promise<Result<ReturnType<Calls[N]>>>
  subscribe<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void
  /** Where dropped or pasted files lie on disk; an empty path for a file that lies nowhere. */
  pathsOf(files: readonly File[]): readonly ImportSource[]
}

declare global {
  interface Window {
    readonly longleaf?: Bridge
  }
}

/** The bridge that the preload script put there. Throws where the page runs outside the app: that is a bug. */
export function openBridge(): Bridge {
  if (window.longleaf === undefined) throw new Error('window.longleaf is missing: the page was opened outside Longleaf')
  return window.longleaf
}
