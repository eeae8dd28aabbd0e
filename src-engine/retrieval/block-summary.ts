/**
 * What is kept in memory of a block of 64 tokens that is not. Its tokens are parted, and of each part there is a row: the mean of its keys and of its
 * values, of how many tokens, and how widely the keys lie round their mean.
 */
import { fromHalf } from '../half'
import { blockTokens } from '../reading/layout'

/** How tokens are parted. */
export interface SummaryForm {
  /** Of each block, at most. */
  readonly rows: number
  /** The row of each of 64 tokens. @param keys f32 [64, d] */
  part(keys: Float32Array, d: number): Uint8Array
}

/** Of one block, or of some that follow one another. */
export interface SummaryRows {
  /** f32 [rows, d]: means. */
  readonly keys: Float32Array
  /** f32 [rows, d]: means. */
  readonly values: Float32Array
  /** f32 [rows]: tokens; 0 for a row that stands for none. */
  readonly counts: Float32Array
  /** f32 [rows]: the mean of squared distances of keys from their mean. */
  readonly squares: Float32Array
}

export function summaryRows(rows: number, d: number): SummaryRows {
  return { keys: new Float32Array(rows * d), values: new Float32Array(rows * d), counts: new Float32Array(rows), squares: new Float32Array(rows) }
}

/** Of every f16 there is: to look up is several times as fast as to compute. */
export const halves = Float32Array.from({ length: 1 << 16 }, (_, bits) => fromHalf(bits))

export class BlockSummary {
  readonly #form: SummaryForm
  readonly #d: number
  readonly #keys: Float32Array
  #rowOf = new Uint8Array(blockTokens)
  #rows: SummaryRows

  constructor(form: SummaryForm, d: number) {
    this.#form = form
    this.#d = d
    this.#keys = new Float32Array(blockTokens * d)
    this.#rows = summaryRows(form.rows, d)
  }

  /** @param block f16: keys [64, d], then values [d, 64] */
  summarise(block: Uint16Array): SummaryRows {
    const d = this.#d
    const rows = summaryRows(this.#form.rows, d)
    for (let i = 0; i < this.#keys.length; i++) this.#keys[i] = halves[block[i] ?? 0] ?? 0
    this.#rowOf = Uint8Array.from(this.#form.part(this.#keys, d))
    this.#rows = rows
    for (const row of this.#rowOf) rows.counts[row] = (rows.counts[row] ?? 0) + 1
    this.#rowOf.forEach((row, token) => {
      const share = 1 / (rows.counts[row] ?? 1)
      for (let i = 0; i < d; i++) {
        const at = row * d + i
        rows.keys[at] = (rows.keys[at] ?? 0) + share * (this.#keys[token * d + i] ?? 0)
        rows.values[at] = (rows.values[at] ?? 0) + share * (halves[block[this.#keys.length + i * blockTokens + token] ?? 0] ?? 0)
      }
    })
    this.#rowOf.forEach((row, token) => {
      let squared = 0
      for (let i = 0; i < d; i++) squared += ((this.#keys[token * d + i] ?? 0) - (rows.keys[row * d + i] ?? 0)) ** 2
      rows.squares[row] = (rows.squares[row] ?? 0) + squared / (rows.counts[row] ?? 1)
    })
    return rows
  }

  /** How far a key of the block that was summed up last is from the mean of its part, [d]. */
  deviation(token: number): Float32Array {
    const [d, row] = [this.#d, this.#rowOf[token] ?? 0]
    return this.#keys.slice(token * d, (token + 1) * d).map((key, i) => key - (this.#rows.keys[row * d + i] ?? 0))
  }
}
