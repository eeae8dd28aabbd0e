import type { Rest } from '../attention/with-rest'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { ChoiceTokens } from './budget'

/** How the queries of a token see a text whose keys are not all at hand. */
export interface BlockScorer {
  /** Of the blocks that masses are told of. */
  readonly choiceTokens: ChoiceTokens
  /** A token comes: it sees `seen` places behind the text, in a window of `window`. */
  begin(window: number, seen: number): void
  /** Adds to a graph that has queries [d, heads, 1] of a layer; `tail` are the keys [d, window, KV heads] behind the text. */
  add(graph: GraphBuilder, layer: number, queries: Tensor, tail: Tensor): void
  /**
   * After that graph has run: how much of each query's mass falls on each block of the text, of all that it sees, f32 [heads][blocks]. The next call may
   * write over it.
   */
  masses(layer: number): Float32Array | Promise<Float32Array>
  /** What stands for blocks that are passed over; without it they count for nothing. */
  readonly rest?: RestOfText
  free(): void
}

export interface RestOfText {
  /** The queries that were scored last look at these blocks of each KV head themselves. @param passed the mass of each head on the others, f32 [heads] */
  except(chosen: readonly (readonly number[])[], passed: Float32Array): void
  /** What stands for the others of a layer. */
  of(graph: GraphBuilder, layer: number): Rest
}
