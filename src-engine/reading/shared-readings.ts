import type { Reading } from './reading'

/** A reading that is in use as long as it is not closed. */
export interface HeldReading {
  /** Its file in the folder. */
  readonly name: string
  readonly reading: Reading
  close(): Promise<void>
}

interface Shared {
  readonly name: string
  readonly reading: Reading
  holders: number
}

/** Readings that are in use: all who use one share it, and the last of them closes it. */
export class SharedReadings {
  readonly #shared = new Map<string, Shared>()
  readonly #inTurn: (act: () => Promise<void>) => Promise<void>
  readonly #close: (name: string, reading: Reading) => Promise<void>

  /** @param inTurn with what else is done in the folder. @param close one that nobody uses any more */
  constructor(inTurn: (act: () => Promise<void>) => Promise<void>, close: (name: string, reading: Reading) => Promise<void>) {
    this.#inTurn = inTurn
    this.#close = close
  }

  has(name: string): boolean {
    return this.#shared.has(name)
  }

  /** How many use it. */
  holders(name: string): number {
    return this.#shared.get(name)?.holders ?? 0
  }

  /** One that is in use, for one more; null where it is not. */
  share(name: string): HeldReading | null {
    const shared = this.#shared.get(name)
    return shared === undefined ? null : this.#hold(shared)
  }

  /** One that was not in use. */
  hold(name: string, reading: Reading): HeldReading {
    const shared: Shared = { name, reading, holders: 0 }
    this.#shared.set(name, shared)
    return this.#hold(shared)
  }

  #hold(shared: Shared): HeldReading {
    const { name, reading } = shared
    shared.holders++
    let isClosed = false
    return {
      name,
      reading,
      close: () => this.#inTurn(async () => {
        if (isClosed) return
        isClosed = true
        shared.holders--
        if (shared.holders > 0) return
        this.#shared.delete(name)
        await this.#close(name, reading)
      }),
    }
  }
}
