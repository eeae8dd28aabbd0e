/** The blocks that a question looked at most, for each layer and KV head: its answer looks at them before any that only seem to matter. */
import { bestBlocks, massesOfGroups, mostOfHeads, type ChoicePlan } from './choice'

export class Pins {
  readonly #kvHeads: number
  readonly #max: number
  /** Of the tokens of a question, which may come in parts: each layer's masses f32 [heads][blocks]. */
  #masses: readonly Float32Array[] = []
  /** [layer][KV head] */
  #blocks: readonly (readonly (readonly number[])[])[] = []

  /** @param max blocks of a KV head */
  constructor(kvHeads: number, max: number) {
    this.#kvHeads = kvHeads
    this.#max = max
  }

  /** A part of a question. Blocks that are looked at anyway, by `plan`, are not pinned. @param masses of each layer f32 [heads][blocks] */
  add(masses: readonly Float32Array[], plan: ChoicePlan): void {
    this.#masses = masses.map((each, layer) => sum(each, this.#masses[layer]))
    this.#blocks = this.#masses.map((each) => massesOfGroups(each, this.#kvHeads).map((own) => this.#best(own, plan)))
  }

  /** The question ends here: the next one does not go on with it. What it pinned stays until then. */
  end(): void {
    this.#masses = []
  }

  /** Of each KV head of a layer; of none where nothing was asked. */
  of(layer: number): readonly (readonly number[])[] {
    return this.#blocks[layer] ?? []
  }

  #best(masses: Float32Array, { blocks, first, recent }: ChoicePlan): readonly number[] {
    return bestBlocks(mostOfHeads(masses, blocks).fill(0, 0, first).fill(0, Math.max(0, blocks - recent)), this.#max)
  }
}

function sum(masses: Float32Array, before: Float32Array | undefined): Float32Array {
  return before === undefined ? masses : masses.map((mass, i) => mass + (before[i] ?? 0))
}
