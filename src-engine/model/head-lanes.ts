/**
 * KV heads are attended side by side, each by a part of the threads. While keys and values are read and put into place there are more threads than cores,
 * and all threads of one graph wait, turning, for one that has to share its core; those of another graph go on. So there are two of them also where other
 * programs leave one thread its core.
 */
import type { Backend } from '../ggml/backend'
import type { Workspace } from '../ggml/workspace'
import { inLanes } from '../lanes'
import { stretches } from '../prefill/stretches'

/** Heads at once. */
const lanesMax = 2

/** What computes a graph, and where. */
export interface Lane {
  readonly backend: Backend
  readonly workspace: Workspace
}

export class HeadLanes {
  /** Of all threads. */
  readonly all: Lane
  readonly #ofAll: Backend | undefined
  /** None where there is but one thread, or some memory is a device's: heads are attended one after the other by all threads. */
  readonly #side: readonly Lane[]

  constructor(backend: Backend) {
    const { threadsMax } = backend
    this.#ofAll = backend.beside(threadsMax, () => backend.threads)
    this.all = laneOf(this.#ofAll ?? backend)
    const lanes = threadsMax < lanesMax ? 0 : lanesMax
    const parts = Array.from({ length: lanes }, (_, lane) => backend.beside(partOf(threadsMax, lane), () => partOf(backend.threads, lane)))
    this.#side = parts.flatMap((part) => (part === undefined ? [] : [laneOf(part)]))
  }

  /**
   * Heads go in step: none is begun before those that were begun together have ended, as only then what follows them has come into a room.
   * @param attend false: it was stopped, and no other head is begun
   */
  async each(heads: number, attend: (head: number, lane: Lane) => Promise<boolean>): Promise<boolean> {
    const together = Math.max(1, this.#side.length)
    for (const { start, count } of stretches(0, heads, together)) {
      let goesOn = true
      await inLanes(Array.from({ length: count }, (_, i) => start + i), count, async (head, lane) => {
        if (!(await attend(head, this.#side[lane] ?? this.all))) goesOn = false
      })
      if (!goesOn) return false
    }
    return true
  }

  free(): void {
    for (const { workspace } of [this.all, ...this.#side]) workspace.free()
    this.#ofAll?.free()
    for (const { backend } of this.#side) backend.free()
  }
}

function laneOf(backend: Backend): Lane {
  return { backend, workspace: backend.workspace() }
}

/** Threads of a lane, of so many in all; one at least. */
function partOf(threads: number, lane: number): number {
  return Math.max(1, Math.floor((threads + lane) / lanesMax))
}
