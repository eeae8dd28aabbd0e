/**
 * An extent: keys and values of one layer over tokens that follow one another from a multiple of 64 on, as bytes.
 *
 *   [KV head][block of 64 tokens][K: 64 rows of d | V: d rows of 64]   f16; what the last block has for no token is 0
 */
import { dataType, elementBytes } from '../ggml/tensor'
import type { KvShape } from '../kv/layer'
import { blocksOf, blockTokens } from '../reading/layout'

export { blocksOf, blockTokens }

export type ExtentShape = Pick<KvShape, 'heads' | 'headSize'>

/** Tokens of an extent that is made, or read, at once, where nothing else is said. */
export const extentTokens = 8_192

export function extentBytes({ heads, headSize }: ExtentShape, tokens: number): number {
  return heads * blocksOf(tokens) * 2 * blockTokens * headSize * elementBytes(dataType.f16)
}
