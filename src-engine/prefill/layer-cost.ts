/**
 * What a layer costs: a token at place p takes a + b p milliseconds, a for the matrices and b p for attention to all places before it. Least squares
 * over what was measured, in which b is drawn to the share of a that the model's shape lets expect: the first chunks say little about depth.
 */
import type { Stretch } from '../model/chunk'
import type { ModelShape } from '../model/shape'

/** The expected share counts as much as a chunk of 512 tokens at this place would. */
const expectedDepth = 4_096
const expectedWeight = 512 * expectedDepth ** 2

export class LayerCost {
  readonly #share: number
  // Sums over all tokens that were measured: of 1, their place, its square, their milliseconds, and place times milliseconds.
  #tokens = 0
  #places = 0
  #squares = 0
  #milliseconds = 0
  #moments = 0

  /** @param share b as a part of a, as expected */
  constructor(share: number) {
    this.#share = share
  }

  /** A layer took so long over these tokens. */
  add({ start, count }: Stretch, milliseconds: number): void {
    const place = start + count / 2
    this.#tokens += count
    this.#places += count * place
    this.#squares += count * place ** 2
    this.#milliseconds += milliseconds
    this.#moments += milliseconds * place
  }

  /** Milliseconds of a layer over these tokens; 0 as long as nothing was measured. */
  of({ start, count }: Stretch): number {
    const { a, b } = this.#fit()
    return a * count + b * count * (start + count / 2)
  }

  #fit(): { readonly a: number; readonly b: number } {
    if (this.#tokens === 0) return { a: 0, b: 0 }
    const share = this.#share
    const [aa, ab, bb] = [this.#tokens + expectedWeight * share ** 2, this.#places - expectedWeight * share, this.#squares + expectedWeight]
    const scale = aa * bb - ab ** 2
    const [a, b] = [(this.#milliseconds * bb - this.#moments * ab) / scale, (this.#moments * aa - this.#milliseconds * ab) / scale]
    if (b < 0) return { a: this.#milliseconds / this.#tokens, b: 0 }
    return a < 0 ? { a: 0, b: this.#moments / this.#squares } : { a, b }
  }
}

/** Multiplications of attention to one place as a part of those of a layer's matrices; attention's take `attentionSlowness` times as long. */
export function attentionShare({ width, heads, kvHeads, headSize, feedForward }: ModelShape): number {
  const matrices = width * (2 * heads + 2 * kvHeads) * headSize + 3 * width * feedForward
  return (attentionSlowness * 2 * heads * headSize) / matrices
}

/** Measured with SmolLM2 in Q4_1: 2.1. */
const attentionSlowness = 2
