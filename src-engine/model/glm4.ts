/**
 * The architecture `glm4` (GLM-4-0414, GLM-Z1): as `chatglm`, with a norm after each half of a layer too, before its result is added.
 *
 *   x = x + norm(attention(norm(x)))          rotary pairs (2i, 2i + 1) of the first 64 numbers of a head, the others pass
 *   x = x + norm(feedForward(norm(x)))        one matrix for gate and up, in this order
 */
import type { Tensor } from '../ggml/tensor'
import type { Architecture } from './decoder'
import { applyFeedForward, planFeedForward, type FeedForward } from './feed-forward'
import { refuseOtherWidth } from './glm-rotary'
import { allLoaded } from './layer-tensors'
import { applySelfAttention, planSelfAttention, type SelfAttention } from './self-attention'

interface Layer {
  readonly attentionNorm: Tensor // [width], as all norms
  readonly attention: SelfAttention
  readonly afterAttentionNorm: Tensor
  readonly feedForwardNorm: Tensor
  readonly feedForward: FeedForward
  readonly afterFeedForwardNorm: Tensor
}

export const glm4: Architecture<Layer> = {
  pairs: 'adjacent',

  check: refuseOtherWidth,

  // Some of GLM-4's hidden numbers leave the range of f16.
  plan: (tensors) => allLoaded<Layer>({
    attentionNorm: tensors.norm('attn_norm'),
    attention: planSelfAttention(tensors, { bias: 'optional', sums: 'exact' }),
    afterAttentionNorm: tensors.norm('post_attention_norm'),
    feedForwardNorm: tensors.norm('ffn_norm'),
    feedForward: planFeedForward(tensors, { stored: 'fused', sums: 'exact' }),
    afterFeedForwardNorm: tensors.norm('post_ffw_norm'),
  }),

  apply(graph, shape, layer, place, x) {
    const norm = (values: Tensor, weight: Tensor): Tensor => graph.rmsNorm(values, weight, shape.normEpsilon)
    const found = applySelfAttention(graph, shape, layer.attention, place, norm(x, layer.attentionNorm))
    if (found === undefined) return undefined
    const attended = graph.add(norm(found, layer.afterAttentionNorm), place.cache.keep(x))
    const inner = applyFeedForward(graph, layer.feedForward, norm(attended, layer.feedForwardNorm))
    return graph.add(norm(inner, layer.afterFeedForwardNorm), attended)
  },
}
