/** One time through all KV heads, in order: while some are attended, the past of those that follow comes into rooms that are free. */
import type { StreamedKv } from './streamed'

export class Passage {
  readonly #kv: StreamedKv
  readonly #heads: number
  readonly #signal: AbortSignal | undefined
  readonly #ready = new Map<number, Promise<void>>()
  /** Heads come one after the other. */
  #last: Promise<void> = Promise.resolve()

  /** @param heads the first so many */
  constructor(kv: StreamedKv, heads: number, signal?: AbortSignal) {
    this.#kv = kv
    this.#heads = heads
    this.#signal = signal
    const { staying, passing } = kv.plan.rooms
    for (let head = 0; head < staying + passing; head++) this.#begin(head)
  }

  /** Ends when the past of a head is in its room. @throws as `StreamedKv.bring` */
  ready(head: number): Promise<void> {
    return this.#ready.get(head) ?? Promise.reject(new RangeError(`Head ${head} was not brought.`))
  }

  /** Its room is free for another. */
  attended(head: number): void {
    const { staying, passing } = this.#kv.plan.rooms
    if (head >= staying) this.#begin(head + passing)
  }

  /** Ends when nothing comes any more. */
  async end(): Promise<void> {
    await Promise.allSettled([this.#last])
  }

  #begin(head: number): void {
    if (head >= this.#heads) return
    const ready = this.#last.then(() => this.#kv.bring(head, this.#signal))
    // Its error is thrown where it is waited for, perhaps later.
    ready.catch(() => undefined)
    this.#ready.set(head, ready)
    this.#last = ready
  }
}
