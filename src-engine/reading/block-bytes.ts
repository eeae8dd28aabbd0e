/** Where blocks that are read go. */
import { expectLength } from './expect'
import { blockTokens, type KvLayout } from './layout'

/** Keys of blocks one after the other, and their values likewise. */
export interface KeysAndValues {
  readonly keys: Uint8Array
  readonly values: Uint8Array
}

/** Blocks as they lie on the disk, `[block][K | V]`, or their keys and values apart. */
export type BlockBytes = Uint8Array | KeysAndValues

type RowBytes = Pick<KvLayout, 'keyRowBytes' | 'valueRowBytes'>

/** @throws RangeError unless so many blocks have just room */
export function expectBlocks(blocks: BlockBytes, { keyRowBytes, valueRowBytes }: RowBytes, count: number): void {
  const tokens = count * blockTokens
  if (blocks instanceof Uint8Array) {
    expectLength(blocks, tokens * (keyRowBytes + valueRowBytes), 'What is read into')
    return
  }
  expectLength(blocks.keys, tokens * keyRowBytes, 'What keys are read into')
  expectLength(blocks.values, tokens * valueRowBytes, 'What values are read into')
}

/** Where blocks `at` up to `at + count` go, in the order of the disk. */
export function placesOf(blocks: BlockBytes, { keyRowBytes, valueRowBytes }: RowBytes, at: number, count: number): readonly Uint8Array[] {
  const [key, value] = [blockTokens * keyRowBytes, blockTokens * valueRowBytes]
  const part = (bytes: Uint8Array, size: number, first: number, parts: number): Uint8Array => bytes.subarray(first * size, (first + parts) * size)
  if (blocks instanceof Uint8Array) return [part(blocks, key + value, at, count)]
  return Array.from({ length: 2 * count }, (_, i) => {
    const block = at + (i >> 1)
    return i % 2 === 0 ? part(blocks.keys, key, block, 1) : part(blocks.values, value, block, 1)
  })
}
