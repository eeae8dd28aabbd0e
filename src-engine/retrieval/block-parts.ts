/**
 * What stands for a block of 64 tokens that is not in memory. Its tokens are parted, and of each part there is a row: the mean of its keys and of its values,
 * of how many tokens, and how widely the keys lie round their mean. How keys lie to one another is all in their products: the distance of two is
 * a a - 2 a b + b b, and so is that of a key from a mean.
 */
import { blockTokens } from '../reading/layout'
import { sumsOf } from './row-sums'

/** How tokens are parted. */
export interface SummaryForm {
  /** Of each block, at most. */
  readonly rows: number
  /** Tokens, of the block's 64, that are parted for themselves: their rows follow one another. */
  readonly unitTokens: number
  /** The row of each of 64 tokens. @param products f32 [64, 64] of each key with each */
  part(products: Float32Array): Uint8Array
}

/** The rows of some blocks that follow one another. */
export interface BlockParts {
  /** f32 [rows]: tokens; 0 for a row that stands for none. */
  readonly counts: Float32Array
  /** f32 [rows]: the mean of squared distances of keys from their mean. */
  readonly squares: Float32Array
  /** f32 [64, rows, blocks]: times how much each token counts for each row of its block, so that means come of it. */
  readonly shares: Float32Array
  /**
   * f32 [rows + 1, 64, blocks]: the same, turned, and last how a single key of each block, in each another, comes to be its distance from its mean: enough to
   * say in which directions keys lie.
   */
  readonly sharesAndSample: Float32Array
}

/** From block to block, so that all places come in turn. */
const sampleStep = 27

/** @param products f32 [64, 64, blocks]. @param count blocks; as many more stand for nothing as are left of `room` */
export function partBlocks({ rows, part }: SummaryForm, products: Float32Array, count: number, room: number): BlockParts {
  const all = {
    counts: new Float32Array(rows * room), squares: new Float32Array(rows * room),
    shares: new Float32Array(blockTokens * rows * room), sharesAndSample: new Float32Array((rows + 1) * blockTokens * room),
  }
  for (let block = 0; block < count; block++) {
    const own = products.subarray(block * blockTokens ** 2, (block + 1) * blockTokens ** 2)
    const rowOf = part(own)
    const { counts, squares } = rowsOf(own, rowOf, rows)
    all.counts.set(counts, block * rows)
    all.squares.set(squares, block * rows)
    const sample = (block * sampleStep) % blockTokens
    const shares = all.shares.subarray(block * rows * blockTokens, (block + 1) * rows * blockTokens)
    const sharesAndSample = all.sharesAndSample.subarray(block * (rows + 1) * blockTokens, (block + 1) * (rows + 1) * blockTokens)
    rowOf.forEach((row, token) => {
      const share = 1 / (counts[row] ?? 1)
      shares[row * blockTokens + token] = share
      sharesAndSample[token * (rows + 1) + row] = share
      sharesAndSample[token * (rows + 1) + rows] = (token === sample ? 1 : 0) - (row === rowOf[sample] ? share : 0)
    })
  }
  return all
}

/** Of one block. */
function rowsOf(products: Float32Array, rowOf: Uint8Array, rows: number): Pick<BlockParts, 'counts' | 'squares'> {
  const { counts, own, all } = sumsOf(products, rowOf, rows)
  return { counts, squares: counts.map((count, row) => (count === 0 ? 0 : Math.max(0, (own[row] ?? 0) / count - (all[row] ?? 0) / count ** 2))) }
}
