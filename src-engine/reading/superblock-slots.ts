import { segmentsStart, encodeSuperblock, slotOf, type Superblock } from './superblock'
import type { Expected } from './opening'
import type { Segment } from './segment'
import type { Storage } from './storage'

/** Writing to a reading failed in a way that leaves unknown what is on the disk. What was committed before can be read on. */
export class ReadingFailedError extends Error {
  constructor(cause: unknown) {
    super('What was read of this document could not be saved. What was saved before is kept: open the document again to go on from there.', { cause })
    this.name = 'ReadingFailedError'
  }
}

/** The two places of the superblock, written in turn; and the end of all writing when the disk fails in that. */
export class SuperblockSlots {
  readonly #storage: Storage
  #superblock: Superblock
  #failure: ReadingFailedError | null = null

  constructor(storage: Storage, superblock: Superblock) {
    this.#storage = storage
    this.#superblock = superblock
  }

  /** Where the first segment stands. */
  get beginning(): Expected {
    const { headerBytes, headerChecksum } = this.#superblock
    return { index: 0, start: segmentsStart(headerBytes), firstToken: 0, previous: headerChecksum }
  }

  /** @throws ReadingFailedError */
  expectSound(): void {
    if (this.#failure !== null) throw this.#failure
  }

  /** Saves all that was written. @throws ReadingFailedError */
  async sync(): Promise<void> {
    this.expectSound()
    try {
      await this.#storage.sync()
    } catch (error) {
      throw this.#fail(error)
    }
  }

  /** Makes these the segments that exist, over the older superblock. One at a time. @throws ReadingFailedError */
  async publish(segments: readonly Segment[], { start: end, firstToken: tokens, previous: last }: Expected): Promise<void> {
    this.expectSound()
    const next = { ...this.#superblock, generation: this.#superblock.generation + 1, segments: segments.length, tokens, end, last }
    try {
      await this.#storage.write(slotOf(next.generation), encodeSuperblock(next))
    } catch (error) {
      throw this.#fail(error)
    }
    await this.sync()
    this.#superblock = next
  }

  #fail(cause: unknown): ReadingFailedError {
    this.#failure ??= new ReadingFailedError(cause)
    return this.#failure
  }
}
