/** Of the products of keys with one another, what rows of keys have together: all that means and distances come of. */
interface RowSums {
  readonly counts: Float32Array
  /** f32 [rows]: of the products of keys with themselves. */
  readonly own: Float32Array
  /** f32 [rows, tokens]: of the products of each key with those of each row. */
  readonly sums: Float32Array
  /** f32 [rows]: of the products of all keys of a row with one another. */
  readonly all: Float32Array
}

/** @param products f32 [tokens, tokens]. @param rowOf of each token */
export function sumsOf(products: Float32Array, rowOf: Uint8Array, rows: number): RowSums {
  const [counts, own, all] = [new Float32Array(rows), new Float32Array(rows), new Float32Array(rows)]
  const tokens = rowOf.length
  const sums = new Float32Array(rows * tokens)
  for (let token = 0; token < tokens; token++) {
    for (let other = 0; other < tokens; other++) {
      const at = token * rows + (rowOf[other] ?? 0)
      sums[at] = (sums[at] ?? 0) + (products[token * tokens + other] ?? 0)
    }
    const row = rowOf[token] ?? 0
    counts[row] = (counts[row] ?? 0) + 1
    own[row] = (own[row] ?? 0) + (products[token * (tokens + 1)] ?? 0)
    all[row] = (all[row] ?? 0) + (sums[token * rows + row] ?? 0)
  }
  return { counts, own, sums, all }
}
