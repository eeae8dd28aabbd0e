/**
 * What heads give to summaries, by Longleaf's own kernels (`src-kernels/summaries.c`): scores, exponentials, their sums and those of blocks, of which ggml
 * makes eight operations that each read and write all rows, and a softmax that looks for the highest number by number.
 */
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { Shares } from './shares'

/** What heads are multiples of, and their longest. */
const [step, headMax] = [32, 128]

/** Whether kernels of our own are there for summaries with such keys [d, rows, KV heads]. */
export function scoresItself({ kernels }: GraphBuilder, { type, shape: [d] }: Tensor): boolean {
  return kernels !== undefined && type === dataType.q8_0 && d % step === 0 && d <= headMax
}

interface Scored {
  /** f32 [d, heads, 1] */
  readonly queries: Tensor
  /** As `LayerSummaries`. */
  readonly keys: Tensor
  readonly weights: Tensor
  /** f32 [query heads of a KV head, 3, KV heads]: what a row's weights are multiplied with. */
  readonly factors: Tensor
  /** f16 [d, window, KV heads] */
  readonly tail: Tensor
  /** f32 [window]: 0, or -infinity for what is not seen. */
  readonly mask: Tensor
}

/** Fills the shares, and gives those of blocks of so many rows: f32 [blocks, heads]. */
export function ownMasses(graph: GraphBuilder, scored: Scored, shares: Shares, [blocks, blockRows]: readonly [number, number]): Tensor {
  const { queries, keys, weights, factors, tail, mask } = scored
  const [, heads] = queries.shape
  const [rows, window] = [shares.ofRows(graph), shares.ofWindow(graph)]
  const parts = graph.partsOf(rows.shape[0]) + graph.partsOf(window.shape[0])
  const scores = graph.own('scoreRows', [2, heads, parts, 1], [queries, keys, weights, factors, tail, mask, rows, window])
  return graph.own('joinShares', [blocks, heads, 1, 1], [scores, rows, window, shares.ofBlocks(graph, blocks, blockRows), shares.totals])
}
