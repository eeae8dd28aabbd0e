/**
 * A block of Q4_1 stores 32 numbers as d q + m with q from 0 to 15; one of Q4_0 as d (q - 8), from the same bits. Hence
 *
 *   Q4_1 = Q4_0 of the same d and q, plus m + 8 d for every number of the block,
 *
 * and a product with x is the Q4_0 product plus the sum over blocks of (m + 8 d) times the block's sum of x. ggml repacks Q4_0, not Q4_1:
 * five times the speed for a chunk of tokens, 1.4 times for one, and the same numbers (rows that add up blocks see the same 8-bit x).
 * Layouts (ggml-common.h): Q4_1 f16 d, f16 m, 16 bytes; Q4_0 f16 d, 16 bytes; number i of a block is the low half of byte i, i + 16 the high half.
 */
import type { ByteSource } from '../gguf/file'
import { fromHalf } from '../half'
import type { Rows, Stack } from './stack'

export const blockNumbers = 32
const q41Bytes = 20
const q40Bytes = 18
const halfOne = 0x3c00
/** q of 8 + 1 in both halves of a byte, and of 8 + 0. */
const ones = 0x99
const zeros = 0x88

/** How many rows that add up blocks stand below the matrix; kernels like multiples of 32. Rows past the last block give 0. */
export function sumRows(columns: number): number {
  return Math.ceil(columns / blockNumbers / 32) * 32
}

/** Q4_0 rows: the matrix's without their offsets, then one for each of `sumRows` that adds up a block. */
export class UnoffsetRows implements Rows {
  readonly divisible = true
  readonly #stack: Stack
  readonly #perRow: number

  /** @param stack in Q4_1 */
  constructor(stack: Stack) {
    this.#stack = stack
    this.#perRow = stack.columns / blockNumbers
  }

  async fill(source: ByteSource, first: number, into: Uint8Array): Promise<void> {
    const rowBytes = this.#perRow * q40Bytes
    const count = Math.max(0, Math.min(this.#stack.height - first, into.length / rowBytes))
    const stored = new Uint8Array(count * this.#perRow * q41Bytes)
    await this.#stack.fill(source, first, stored)
    for (let from = 0, to = 0; from < stored.length; from += q41Bytes, to += q40Bytes) {
      into[to] = stored[from] ?? 0
      into[to + 1] = stored[from + 1] ?? 0
      into.set(stored.subarray(from + 4, from + q41Bytes), to + 2)
    }
    writeSumRows(into.subarray(count * rowBytes), first + count - this.#stack.height, this.#perRow)
  }
}

/** Rows of f32 that hold (m + 8 d) of one block of all rows; past the last block 0. */
export class OffsetRows implements Rows {
  /** A block of all rows is spread over the whole file. */
  readonly divisible = false
  readonly #stack: Stack

  /** @param stack in Q4_1 */
  constructor(stack: Stack) {
    this.#stack = stack
  }

  async fill(source: ByteSource, first: number, into: Uint8Array): Promise<void> {
    const { height, columns } = this.#stack
    const offsets = new Float32Array(into.buffer, into.byteOffset, into.length / 4).fill(0)
    const perRow = columns / blockNumbers
    const blocks = Math.min(offsets.length / height, perRow - first)
    const stored = new Uint8Array(Math.min(height, rowsAtOnce) * perRow * q41Bytes)
    for (let start = 0; start < height; start += rowsAtOnce) {
      const part = stored.subarray(0, Math.min(rowsAtOnce, height - start) * perRow * q41Bytes)
      await this.#stack.fill(source, start, part)
      const view = new DataView(part.buffer, part.byteOffset, part.length)
      for (let row = 0, at = first * q41Bytes; at < part.length; row++, at += perRow * q41Bytes) {
        for (let block = 0; block < blocks; block++) {
          const [d, m] = [view.getUint16(at + block * q41Bytes, true), view.getUint16(at + block * q41Bytes + 2, true)]
          offsets[block * height + start + row] = fromHalf(m) + 8 * fromHalf(d)
        }
      }
    }
  }
}

const rowsAtOnce = 1024

/** @param first number of the first of these rows */
function writeSumRows(rows: Uint8Array, first: number, perRow: number): void {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.length)
  for (let block = 0; block < rows.length / q40Bytes; block++) {
    const own = first + Math.floor(block / perRow) === block % perRow
    view.setUint16(block * q40Bytes, own ? halfOne : 0, true)
    rows.fill(own ? ones : zeros, block * q40Bytes + 2, (block + 1) * q40Bytes)
  }
}
