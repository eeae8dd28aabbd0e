import type { Reading } from '../reading/reading'
import type { TokenSources } from '../reading/record'
import { keptIn, segmentIn } from './kept-form'
import type { GrowingKv } from './kept'

/**
 * Keeps a text in a reading, which goes on from the tokens that it has of just this text; what it has of another is forgotten.
 * @param sources where each token of the text stands in the document. @throws ReadingFailedError
 */
export async function keepIn(reading: Reading, tokens: readonly number[], sources: TokenSources): Promise<GrowingKv> {
  const common = reading.commonPrefix(tokens)
  if (common < reading.tokens.length) await reading.rewind(common)
  const kept = keptIn(reading)
  return {
    get tokens() {
      return reading.tokens
    },
    readLayer: (...of) => kept.readLayer(...of),
    readHead: (...of) => kept.readHead(...of),
    readBlocks: (...of) => kept.readBlocks(...of),
    async begin(next) {
      const [start, end] = [reading.tokens.length, reading.tokens.length + next.length]
      return segmentIn(reading, reading.begin(next, { parts: sources.parts.subarray(start, end), offsets: sources.offsets.subarray(start, end) }))
    },
  }
}
