/** Readings of the length of a book, filled and not computed: for what only their size matters to. */
import { blockBytes, blocksOf, extentBytes } from '../../src-engine/reading/layout'
import type { Reading } from '../../src-engine/reading/reading'
import { sourcesOf } from './known-reading'

const segmentTokens = 8_192

/** The token at a place of every such reading; all are in the smallest vocabulary. */
export const filledToken = (place: number): number => (place * 7_919) % 256

/** Of f16: 64 times as large. */
const larger = 6 << 10

/**
 * Keys and values about as large as real ones. The keys of a block in every 8,192 tokens are 64 times as large, so that it is those which queries look at:
 * where all are alike, there is nothing to choose.
 */
export async function fillReading(reading: Reading, tokens: number): Promise<void> {
  const { identity } = reading
  const most = Math.min(tokens, segmentTokens)
  const numbers = new Uint16Array(extentBytes(identity, most) / 2)
  for (let i = 0; i < numbers.length; i++) numbers[i] = 0x3000 + ((Math.imul(i, 40_503) >>> 7) & 0x83ff)
  for (let head = 0; head < identity.kvHeads; head++) {
    const first = (head * blocksOf(most) * blockBytes(identity)) / 2
    for (let i = first; i < first + 32 * identity.keyRowBytes; i++) numbers[i] = (numbers[i] ?? 0) + larger
  }
  for (let first = reading.tokens.length; first < tokens; first += segmentTokens) {
    const count = Math.min(segmentTokens, tokens - first)
    const writer = reading.begin(Array.from({ length: count }, (_, i) => filledToken(first + i)), sourcesOf(first, count))
    const extent = new Uint8Array(numbers.buffer, 0, writer.extentBytes)
    for (let layer = 0; layer < reading.identity.layers; layer++) await writer.writeLayer(layer, extent)
    await writer.commit()
  }
}
