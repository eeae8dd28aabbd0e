/** Which block lies in which slot of memory, for one layer and KV head. What is chosen again stays where it is. */

export interface SlotLoad {
  readonly block: number
  readonly slot: number
}

export class Slots {
  readonly #count: number
  /** Block in each slot; none: -1. */
  readonly #blocks: Int32Array

  constructor(count: number) {
    this.#count = count
    this.#blocks = new Int32Array(count).fill(-1)
  }

  /** Brings the chosen blocks, ascending, into the last slots, as many as there are of them; what has to be loaded for that. @throws RangeError */
  assign(chosen: readonly number[]): readonly SlotLoad[] {
    if (chosen.length > this.#count) throw new RangeError(`${chosen.length} blocks do not fit ${this.#count} slots.`)
    const first = this.#count - chosen.length
    const wanted = new Set(chosen)
    const free: number[] = []
    for (let slot = first; slot < this.#count; slot++) {
      const block = this.#blocks[slot] ?? -1
      if (!wanted.delete(block)) free.push(slot)
    }
    return [...wanted].map((block, i) => {
      const slot = free[i] ?? first
      this.#blocks[slot] = block
      return { block, slot }
    })
  }

  forget(): void {
    this.#blocks.fill(-1)
  }
}
