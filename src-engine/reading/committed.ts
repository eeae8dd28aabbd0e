/** What of a reading is committed: its segments, in step with the superblock that names them. */
import { joined } from '../joined'
import { ReadingDamagedError } from './damaged-error'
import { following, type Expected } from './opening'
import type { TokenSources } from './record'
import type { Segment } from './segment'
import type { SuperblockSlots } from './superblock-slots'
import { createTurns } from './turns'

export class Committed {
  readonly #slots: SuperblockSlots
  #segments: readonly Segment[]
  #tokens: Int32Array
  /** Superblocks are written one after the other. */
  readonly #inTurn = createTurns()

  constructor(slots: SuperblockSlots, segments: readonly Segment[]) {
    this.#slots = slots
    this.#segments = segments
    this.#tokens = tokensOf(segments)
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  get tokens(): Int32Array {
    return this.#tokens
  }

  get sources(): TokenSources {
    const each = this.#segments.map(({ record }) => record.sources)
    return { parts: joined(each.map(({ parts }) => parts), Int32Array), offsets: joined(each.map(({ offsets }) => offsets), Int32Array) }
  }

  /** Where the next segment stands. */
  get next(): Expected {
    const last = this.#segments.at(-1)
    return last === undefined ? this.#slots.beginning : following(last)
  }

  /** One more, whose bytes are on the disk. @throws ReadingFailedError; ReadingDamagedError where what it follows was cut off meanwhile */
  add(segment: Segment): Promise<void> {
    return this.#inTurn(async () => {
      this.#expectNext(segment)
      const segments = [...this.#segments, segment]
      await this.#slots.publish(segments, following(segment))
      this.#expectNext(segment)
      this.#keep(segments)
    })
  }

  /** Forgets those that reach past so many tokens. @throws ReadingFailedError */
  async rewind(length: number): Promise<void> {
    this.#keep(this.#segments.filter(({ record }) => record.firstToken + record.tokens.length <= length))
    await this.#publish()
  }

  /** Forgets one that is damaged, and all that follow. */
  cut(segment: Segment): ReadingDamagedError {
    if (this.#segments.includes(segment)) {
      this.#keep(this.#segments.slice(0, segment.record.index))
      // Where that cannot be written, the damage is found again.
      this.#publish().catch(() => undefined)
    }
    return new ReadingDamagedError(this.#tokens.length)
  }

  /** Ends when no superblock is being written any more. */
  async settle(): Promise<void> {
    await this.#inTurn(() => Promise.resolve())
  }

  /** A segment that was begun after one that has been cut off since has no place any more. */
  #expectNext({ record }: Segment): void {
    if (record.index !== this.#segments.length) throw new ReadingDamagedError(this.#tokens.length)
  }

  #keep(segments: readonly Segment[]): void {
    this.#segments = segments
    this.#tokens = tokensOf(segments)
  }

  #publish(): Promise<void> {
    return this.#inTurn(() => this.#slots.publish(this.#segments, this.next))
  }
}

const tokensOf = (segments: readonly Segment[]): Int32Array => joined(segments.map(({ record }) => record.tokens), Int32Array)
