/**
 * Blocks of extents, whose values lie by number, and layers whose values lie by token, as those of graphics devices. All rows of a KV head go over in one
 * piece: a device's driver takes as long for a block as for many.
 */
import type { Backend } from '../ggml/backend'
import type { Tensor } from '../ggml/tensor'
import type { KvLayer } from '../kv/layer'
import { blockTokens } from './extent'

/** A block of a KV head, and the place of its first token. */
export interface PlacedBlock {
  readonly block: Uint8Array
  readonly head: number
  readonly place: number
}

/** @param blocks those of a KV head in their order, at places that follow one another, then those of the next */
export function loadRows(backend: Backend, blocks: readonly PlacedBlock[], { keys, values }: KvLayer): void {
  for (const own of byHead(blocks)) {
    const { rows, rowsOfBlock } = roomFor(own)
    own.forEach(({ block }, i) => rowsOfBlock(i).set(keysOf(block)))
    backend.write(keys, rows, offsetIn(keys, own))
    own.forEach(({ block }, i) => turn(valuesOf(block), blockTokens, rowsOfBlock(i)))
    backend.write(values, rows, offsetIn(values, own))
  }
}

/** The other way round. */
export function saveRows(backend: Backend, { keys, values }: KvLayer, blocks: readonly PlacedBlock[]): void {
  for (const own of byHead(blocks)) {
    const { rows, rowsOfBlock } = roomFor(own)
    backend.read(keys, rows, offsetIn(keys, own))
    own.forEach(({ block }, i) => keysOf(block).set(rowsOfBlock(i)))
    backend.read(values, rows, offsetIn(values, own))
    own.forEach(({ block }, i) => turn(rowsOfBlock(i), values.shape[0], valuesOf(block)))
  }
}

type HeadBlocks = readonly [PlacedBlock, ...PlacedBlock[]]

function byHead(blocks: readonly PlacedBlock[]): readonly HeadBlocks[] {
  const heads: [PlacedBlock, ...PlacedBlock[]][] = []
  for (const each of blocks) {
    const last = heads.at(-1)
    if (last?.[0].head === each.head) last.push(each)
    else heads.push([each])
  }
  return heads
}

/** Room for rows of all these tokens. */
function roomFor(blocks: HeadBlocks): { readonly rows: Uint16Array; rowsOfBlock(index: number): Uint16Array } {
  const size = keysOf(blocks[0].block).length
  const rows = new Uint16Array(blocks.length * size)
  return { rows, rowsOfBlock: (index) => rows.subarray(index * size, (index + 1) * size) }
}

function offsetIn({ strides }: Tensor, [{ head, place }]: HeadBlocks): number {
  return head * strides[2] + place * strides[1]
}

/** [d, 64] */
const keysOf = (block: Uint8Array): Uint16Array => new Uint16Array(block.buffer, block.byteOffset, block.length / 4)
/** [64, d] */
const valuesOf = (block: Uint8Array): Uint16Array => new Uint16Array(block.buffer, block.byteOffset + block.length / 2, block.length / 4)

/** Two numbers, as they lie in memory: the first is the lower half. */
const words = (numbers: Uint16Array): Uint32Array => new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length / 2)

/** Rows of so many numbers become columns; of both there is an even number, as two by two are exchanged at once. */
function turn(from: Uint16Array, columns: number, to: Uint16Array): void {
  const [from32, to32] = [words(from), words(to)]
  const [pairs, rows] = [columns / 2, from.length / columns]
  for (let row = 0; row < rows; row += 2) {
    for (let pair = 0; pair < pairs; pair++) {
      const first = from32[row * pairs + pair] ?? 0
      const second = from32[(row + 1) * pairs + pair] ?? 0
      to32[pair * rows + row / 2] = (first & 0xffff) | (second << 16)
      to32[pair * rows + rows / 2 + row / 2] = (first >>> 16) | (second & 0xffff0000)
    }
  }
}
