/**
 * The architecture `qwen2` (Qwen2, arXiv 2407.10671): Qwen 1.5, 2 and 2.5 without stretched context.
 *
 *   x = x + attention(norm(x))          rotary pairs (i, i + d / 2); biases on queries, keys and values
 *   x = x + feedForward(norm(x))        gate and up are two matrices
 */
import type { Architecture } from './decoder'
import { applyPreNormLayer, planPreNormLayer, type PreNormLayer } from './pre-norm-layer'

export const qwen2: Architecture<PreNormLayer> = {
  pairs: 'halves',
  plan: (tensors) => planPreNormLayer(tensors, { bias: 'required', stored: 'split' }),
  apply: applyPreNormLayer,
}
