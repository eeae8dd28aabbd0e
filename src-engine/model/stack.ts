import { rowBytes } from '../ggml/tensor'
import type { ByteSource, TensorInfo } from '../gguf/file'

/** Rows of numbers that become one tensor, as the bytes of its type. */
export interface Rows {
  /** Whether some of the rows are to be had without the work for all. */
  readonly divisible: boolean
  /** Writes the rows from `first` on into `into`, which has room for whole rows. */
  fill(source: ByteSource, first: number, into: Uint8Array): Promise<void>
}

/** Matrices of one type and row length, one under the other. */
export class Stack implements Rows {
  readonly divisible = true
  readonly type: number
  readonly columns: number
  /** Rows of each matrix. */
  readonly heights: readonly number[]
  readonly height: number
  readonly #infos: readonly TensorInfo[]
  readonly #rowBytes: number

  constructor(infos: readonly [TensorInfo, ...TensorInfo[]]) {
    this.type = infos[0].type
    this.columns = infos[0].dimensions[0] ?? 1
    this.heights = infos.map(({ dimensions }) => dimensions[1] ?? 1)
    this.height = this.heights.reduce((sum, each) => sum + each, 0)
    this.#infos = infos
    this.#rowBytes = rowBytes(this.type, this.columns)
  }

  async fill(source: ByteSource, first: number, into: Uint8Array): Promise<void> {
    const from = first * this.#rowBytes
    const to = from + into.length
    let start = 0
    for (const { offset, bytes } of this.#infos) {
      const [begin, end] = [Math.max(from, start), Math.min(to, start + bytes)]
      if (begin < end) await source.fill(offset + begin - start, into.subarray(begin - from, end - from))
      start += bytes
    }
  }
}
