/**
 * The gated feed-forward network (SwiGLU, arXiv 2002.05202):
 *
 *   gate, up = split(gateAndUp x)
 *   down(silu(gate) * up)
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { allLoaded, type LayerTensors, type Loaded } from './layer-tensors'
import { applyLinear, applyOne, applyStacked, type Linear } from './linear'

export interface FeedForward {
  readonly gateAndUp: Linear // [width, 2 feedForward]
  readonly down: Linear // [feedForward, width]
}

export interface FeedForwardOptions {
  /** `fused`: the file's `ffn_up` has the rows of the gate first, then those of up. */
  readonly stored: 'fused' | 'split'
  /** Of the matrix down. */
  readonly sums?: Linear['sums']
}

/** @throws ModelUnsupportedError if a tensor is missing or has another size. */
export function planFeedForward(tensors: LayerTensors, { stored, sums }: FeedForwardOptions): Loaded<FeedForward> {
  const { width, feedForward } = tensors.shape
  return allLoaded<FeedForward>({
    gateAndUp: stored === 'fused' ? tensors.matrix('ffn_up', width, 2 * feedForward) : tensors.matrices(width, { ffn_gate: feedForward, ffn_up: feedForward }),
    down: tensors.matrix('ffn_down', feedForward, width, sums),
  })
}

/** [width, tokens] to [width, tokens]. */
export function applyFeedForward(graph: GraphBuilder, { gateAndUp, down }: FeedForward, x: Tensor): Tensor {
  const stacked = applyStacked(graph, gateAndUp, x)
  return applyOne(graph, down, stacked === undefined ? splitGate(graph, gateAndUp, x) : graph.swiglu(stacked))
}

function splitGate(graph: GraphBuilder, gateAndUp: Linear, x: Tensor): Tensor {
  const [gate, up] = applyLinear(graph, gateAndUp, x)
  if (gate === undefined || up === undefined) throw new Error('A layer gave no gate or up.')
  return graph.swigluSplit(gate, up)
}
