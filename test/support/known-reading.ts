/** Readings whose every byte is known, so that what comes back can be compared. */
import assert from 'node:assert/strict'
import { ReadingDamagedError } from '../../src-engine/reading/damaged-error'
import type { ReadingIdentity } from '../../src-engine/reading/identity'
import { blocksOf, blockTokens, extentBytes } from '../../src-engine/reading/layout'
import type { Reading } from '../../src-engine/reading/reading'
import type { TokenSources } from '../../src-engine/reading/record'
import { seededRandom } from './seeded-random'

export const identity: ReadingIdentity = {
  document: 'd0'.repeat(32), model: 'ab'.repeat(32), modelBytes: 5_000_000_000, architecture: 'chatglm', layers: 2, heads: 4, kvHeads: 2, headSize: 4,
  rotaryDimensions: 2, rotaryPairs: 'adjacent', rotaryBase: 10_000, contextOriginal: 8192, template: 'glm', kvType: 'f16', keyRowBytes: 8, valueRowBytes: 8,
  engine: 1,
}

/** Lengths of segments: whole blocks, one block, and a last one that ends inside a block. */
export const segmentLengths = [192, 64, 100] as const
export const boundaries = [0, 192, 256, 356]

export function tokensOf(first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => ((first + i) * 2_654_435_761) % 150_000)
}

export function sourcesOf(first: number, count: number): TokenSources {
  const numbers = (of: (token: number) => number): Int32Array => Int32Array.from({ length: count }, (_, i) => of(first + i))
  return { parts: numbers((token) => Math.floor(token / 50) - 1), offsets: numbers((token) => 3 * (token % 50)) }
}

/** One block of a layer and KV head, the block counted from the start of the reading; another model or document has others. */
function blockOf({ document, model, keyRowBytes, valueRowBytes }: ReadingIdentity, layer: number, head: number, block: number): Uint8Array {
  const random = seededRandom(layer * 7919 + head * 104_729 + block + 1_000_003 * (document.charCodeAt(0) + 3 * model.charCodeAt(0)))
  return Uint8Array.from({ length: blockTokens * (keyRowBytes + valueRowBytes) }, () => Math.floor(random() * 256))
}

/** Where a block stands in the bytes of a reading. */
export const placeOfBlock = (bytes: Uint8Array, layer: number, head: number, block: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(blockOf(identity, layer, head, block))

/** The extent `[KV head][block]` of a layer for tokens from `first`, a multiple of 64, on. */
export function extentOf(of: ReadingIdentity, layer: number, first: number, count: number): Uint8Array {
  const blocks = blocksOf(count)
  const parts = Array.from({ length: of.kvHeads * blocks }, (_, i) => blockOf(of, layer, Math.floor(i / blocks), first / blockTokens + (i % blocks)))
  return Uint8Array.from(Buffer.concat(parts))
}

export async function writeSegment(reading: Reading, count: number): Promise<void> {
  const first = reading.tokens.length
  const writer = reading.begin(tokensOf(first, count), sourcesOf(first, count))
  try {
    for (let layer = 0; layer < reading.identity.layers; layer++) await writer.writeLayer(layer, extentOf(reading.identity, layer, first, count))
    await writer.commit()
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

/** Writes what of the segments is not there yet. */
export async function complete(reading: Reading): Promise<void> {
  for (const [i, count] of segmentLengths.entries()) if (reading.tokens.length === boundaries[i]) await writeSegment(reading, count)
}

/** Every byte of the reading is the right one, or it says itself that it is damaged and cuts itself there; then the rest has to be right. */
export async function expectTrue(reading: Reading): Promise<void> {
  for (;;) {
    try {
      await expectWhole(reading)
      return
    } catch (error) {
      if (!(error instanceof ReadingDamagedError)) throw error
      assert.equal(error.tokens, reading.tokens.length)
    }
  }
}

/** Every byte is the right one. */
export async function expectWhole(reading: Reading): Promise<void> {
  const count = reading.tokens.length
  const { parts, offsets } = sourcesOf(0, count)
  assert.ok(same(reading.tokens, tokensOf(0, count)) && same(reading.sources.parts, parts) && same(reading.sources.offsets, offsets), 'tokens and sources')
  if (count === 0) return
  for (let layer = 0; layer < reading.identity.layers; layer++) {
    const into = new Uint8Array(extentBytes(reading.identity, count))
    await reading.readLayer(layer, 0, count, into)
    assert.ok(same(into, extentOf(reading.identity, layer, 0, count)), `layer ${layer}`)
  }
}

const same = (a: Uint8Array | Int32Array, b: Uint8Array | Int32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))
