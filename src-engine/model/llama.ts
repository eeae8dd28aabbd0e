/**
 * The architecture `llama` (Llama, arXiv 2302.13971): Llama 2 and 3 without stretched context, SmolLM, SmolLM2.
 *
 *   x = x + attention(norm(x))          rotary pairs (2i, 2i + 1)
 *   x = x + feedForward(norm(x))        gate and up are two matrices
 */
import type { Architecture } from './decoder'
import { applyPreNormLayer, planPreNormLayer, type PreNormLayer } from './pre-norm-layer'

export const llama: Architecture<PreNormLayer> = {
  pairs: 'adjacent',
  plan: (tensors) => planPreNormLayer(tensors, { bias: 'optional', stored: 'split' }),
  apply: applyPreNormLayer,
}
