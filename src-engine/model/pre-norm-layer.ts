/**
 * The layer of most decoders: each half sees its input through a norm, and its result is added to the input.
 *
 *   x = x + attention(norm(x))
 *   x = x + feedForward(norm(x))
 */
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { applyFeedForward, planFeedForward, type FeedForward, type FeedForwardOptions } from './feed-forward'
import { allLoaded, type LayerTensors, type Loaded } from './layer-tensors'
import { applySelfAttention, planSelfAttention, type AttentionOptions, type LayerPlace, type SelfAttention } from './self-attention'
import type { ModelShape } from './shape'

export interface PreNormLayer {
  readonly attentionNorm: Tensor // [width]
  readonly attention: SelfAttention
  readonly feedForwardNorm: Tensor // [width]
  readonly feedForward: FeedForward
}

/** @throws ModelUnsupportedError if a tensor is missing or has another size. */
export function planPreNormLayer(tensors: LayerTensors, options: AttentionOptions & FeedForwardOptions): Loaded<PreNormLayer> {
  return allLoaded<PreNormLayer>({
    attentionNorm: tensors.norm('attn_norm'),
    attention: planSelfAttention(tensors, options),
    feedForwardNorm: tensors.norm('ffn_norm'),
    feedForward: planFeedForward(tensors, options),
  })
}

/** Hidden states x [width, tokens] to those after the layer, [width, kept]; undefined if nobody needs them. */
export function applyPreNormLayer(graph: GraphBuilder, shape: ModelShape, layer: PreNormLayer, place: LayerPlace, x: Tensor): Tensor | undefined {
  const found = applySelfAttention(graph, shape, layer.attention, place, graph.rmsNorm(x, layer.attentionNorm, shape.normEpsilon))
  if (found === undefined) return undefined
  const attended = graph.add(found, place.cache.keep(x)) // [width, kept]
  return graph.add(applyFeedForward(graph, layer.feedForward, graph.rmsNorm(attended, layer.feedForwardNorm, shape.normEpsilon)), attended)
}
