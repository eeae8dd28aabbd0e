/**
 * The architecture `chatglm` (GLM-4, arXiv 2406.12793): GLM-4-9B, -Chat, -Chat-1M, and LongCite and LongWriter made from them.
 *
 *   x = x + attention(norm(x))          rotary pairs (2i, 2i + 1) of the first 64 numbers of a head, the others pass; one matrix with a
 *                                       bias for queries, keys and values
 *   x = x + feedForward(norm(x))        one matrix for gate and up, in this order
 */
import type { Architecture } from './decoder'
import { refuseLostRotary, refuseOtherWidth } from './glm-rotary'
import { applyPreNormLayer, planPreNormLayer, type PreNormLayer } from './pre-norm-layer'

export const chatglm: Architecture<PreNormLayer> = {
  pairs: 'adjacent',
  check(shape) {
    refuseOtherWidth(shape)
    refuseLostRotary(shape)
  },
  // Some of GLM-4's hidden numbers leave the range of f16.
  plan: (tensors) => planPreNormLayer(tensors, { bias: 'required', stored: 'fused', sums: 'exact' }),
  apply: applyPreNormLayer,
}
