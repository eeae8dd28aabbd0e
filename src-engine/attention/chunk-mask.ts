/** What the tokens of a chunk see: the mask of all of them, or of as many as there is memory for, one part after the other. */
import type { GraphBuilder, Slice } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import { evenParts, tileTokens } from './exact'

export interface ChunkMask {
  /** Neighbours of the chunk that attend at once. */
  readonly parts: readonly Slice[]
  /** Of some neighbours, a part or fewer: f16 [window of the chunk, tokens], as it is when the graph comes to what is added next; then it may be others'. */
  of(graph: GraphBuilder, tokens: Slice): Tensor
}

/** @param mask f16 [window, tokens of the chunk] */
export function wholeMask(mask: Tensor): ChunkMask {
  return { parts: [{ first: 0, count: mask.shape[1] }], of: (graph, tokens) => graph.slice(mask, 1, tokens) }
}

/** Bytes of a mask. */
const maskBytesMax = 128 * 2 ** 20

/** As many tokens of a chunk as a mask has room for, and none so few that attention would take the kernels of fewer. */
export function attendedTogether(count: number, window: number, bytesMax = maskBytesMax): readonly Slice[] {
  const parts = Math.ceil((count * window * elementBytes(dataType.f16)) / bytesMax)
  return evenParts(count, Math.max(1, Math.min(parts, Math.floor(count / tileTokens))))
}

/** The most tokens in a part of any chunk of so many tokens or fewer. */
export function maskTokensMax(count: number, window: number, bytesMax = maskBytesMax): number {
  return Math.min(count, Math.max(2 * tileTokens - 1, Math.ceil(bytesMax / (window * elementBytes(dataType.f16)))))
}
