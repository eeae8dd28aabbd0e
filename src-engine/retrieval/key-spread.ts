/**
 * How the keys of a layer's KV head lie round the means that stand for them, over a whole text: of each row how widely, and of all together in which
 * directions. With n keys round a mean, whose products with a query vary by v, the sum of exp is n exp(mean) (1 + v / 2 + ...). That is kept so that the
 * logarithm of what stands in brackets is a number of the row times a number of the query:
 *
 *   log(1 + v / 2)  ~  spread(row) * log(1 + q directions q / (2 d))
 *
 * It is exact for rows of one key, which add nothing, and for those that are spread twice as widely as all are on average; between these it says somewhat too
 * little, beyond them too much. The terms that are left out would say too much where keys are few.
 */
export class KeySpread {
  readonly #d: number
  /** f32 [rows]: mean squared distances of keys from their mean. */
  readonly #squares: Float32Array
  /** f32 [d, d]: the sum of products of deviations. */
  readonly #products: Float32Array

  constructor(rows: number, d: number) {
    this.#d = d
    this.#squares = new Float32Array(rows)
    this.#products = new Float32Array(d * d)
  }

  /** @param first row. @param squares mean squared distances of the keys of some rows from their mean */
  addRows(first: number, squares: Float32Array): void {
    this.#squares.set(squares, first)
  }

  /** @param products f32 [d, d] of deviations of some keys from their means, summed: of all, or of a fair part, they say in which directions keys lie */
  addProducts(products: Float32Array): void {
    for (const [i, product] of products.entries()) this.#products[i] = (this.#products[i] ?? 0) + product
  }

  /** Of each row, f32 [rows]: in units of twice the mean. */
  get spreads(): Float32Array {
    const unit = this.#unit
    return this.#squares.map((square) => (unit > 0 ? square / unit : 0))
  }

  /** f32 [d, d]: the covariance of keys that are spread twice as widely as all are on average. */
  get directions(): Float32Array {
    const [d, unit] = [this.#d, this.#unit]
    const trace = Array.from({ length: d }, (_, i) => this.#products[i * (d + 1)] ?? 0).reduce((sum, each) => sum + each, 0)
    return this.#products.map((product) => (trace > 0 ? (product / trace) * unit : 0))
  }

  get #unit(): number {
    return (2 * this.#squares.reduce((sum, square) => sum + square, 0)) / this.#squares.length
  }
}
