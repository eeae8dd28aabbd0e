/**
 * A block of Q4_1 stores 32 numbers as d q + m with q from 0 to 15; one of Q4_0 as d (q - 8), from the same bits. Hence
 *
 *   Q4_1 = Q4_0 of the same d and q, plus m + 8 d for every number of the block,
 *
 * and a product with x is the Q4_0 product plus the sum over blocks of (m + 8 d) times the block's sum of x. ggml repacks Q4_0, not Q4_1:
 * five times the speed for a chunk of tokens, 1.4 times for one, and the same numbers (rows that add up blocks see the same 8-bit x).
 * Layouts (ggml-common.h): Q4_1 f16 d, f16 m, 16 bytes; Q4_0 f16 d, 16 bytes; number i of a block is the low half of byte i, i + 16 the high half.
 */

export const blockNumbers = 32
const q41Bytes = 20
const q40Bytes = 18
const halfOne = 0x3c00
/** q of 8 + 1 in both halves of a byte, and of 8 + 0. */
const ones = 0x99
const zeros = 0x88

export interface OffsetBlocks {
  /** Q4_0 rows [columns]: the matrix's, then one for each of `sums` that adds up a block. */
  readonly matrix: Uint8Array
  /** (m + 8 d) of block b of row r at b * rows + r. */
  readonly offsets: Float32Array
}

/** How many rows that add up blocks stand below the matrix; kernels like multiples of 32. Rows past the last block give 0. */
export function sumRows(columns: number): number {
  return Math.ceil(columns / blockNumbers / 32) * 32
}

/** @param bytes rows of `columns` numbers in Q4_1 */
export function splitOffsets(bytes: Uint8Array, columns: number): OffsetBlocks {
  const perRow = columns / blockNumbers
  const rows = bytes.length / (perRow * q41Bytes)
  const sums = sumRows(columns)
  const matrix = new Uint8Array((rows + sums) * perRow * q40Bytes)
  const offsets = new Float32Array(rows * sums)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let row = 0, from = 0, to = 0; row < rows; row++) {
    for (let block = 0; block < perRow; block++, from += q41Bytes, to += q40Bytes) {
      offsets[block * rows + row] = fromHalf(view.getUint16(from + 2, true)) + 8 * fromHalf(view.getUint16(from, true))
      matrix[to] = bytes[from] ?? 0
      matrix[to + 1] = bytes[from + 1] ?? 0
      for (let i = 0; i < 16; i++) matrix[to + 2 + i] = bytes[from + 4 + i] ?? 0
    }
  }
  writeSumRows(matrix.subarray(rows * perRow * q40Bytes), perRow)
  return { matrix, offsets }
}

function writeSumRows(rows: Uint8Array, perRow: number): void {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.length)
  for (let block = 0; block < rows.length / q40Bytes; block++) {
    const own = Math.floor(block / perRow) === block % perRow
    view.setUint16(block * q40Bytes, own ? halfOne : 0, true)
    rows.fill(own ? ones : zeros, block * q40Bytes + 2, (block + 1) * q40Bytes)
  }
}

/** IEEE 754 binary16. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
