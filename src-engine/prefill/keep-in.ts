import type { Reading } from '../reading/reading'
import type { TokenSources } from '../reading/record'
import type { GrowingKv } from './kept'

/**
 * Keeps a text in a reading, which goes on from the tokens that it has of just this text; what it has of another is forgotten.
 * @param sources where each token of the text stands in the document. @throws ReadingFailedError
 */
export async function keepIn(reading: Reading, tokens: readonly number[], sources: TokenSources): Promise<GrowingKv> {
  const common = reading.commonPrefix(tokens)
  if (common < reading.tokens.length) await reading.rewind(common)
  return {
    get tokens() {
      return reading.tokens
    },
    readLayer: (layer, from, to, into) => reading.readLayer(layer, from, to, into),
    readHead: (layer, head, from, to, into) => reading.readHead(layer, head, from, to, into),
    readBlocks: (layer, head, blocks, into) => reading.readBlocks(layer, head, blocks, into),
    async begin(next) {
      const [start, end] = [reading.tokens.length, reading.tokens.length + next.length]
      return reading.begin(next, { parts: sources.parts.subarray(start, end), offsets: sources.offsets.subarray(start, end) })
    },
  }
}
