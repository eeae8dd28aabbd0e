/**
 * Extents become keys and values of a layer, and these become extents. What lies together in the one lies together in the other, so nothing is turned, unless
 * values lie by token.
 */
import type { Backend } from '../ggml/backend'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorParts } from '../ggml/tensor-parts'
import type { KvLayer } from '../kv/layer'
import type { Stretch } from '../model/chunk'
import { blocksOf, blockTokens, extentBytes } from './extent'
import { loadRows, saveRows, type PlacedBlock } from './token-rows'

/** Puts an extent into its places of the layer, the last block with what fills it up. @throws RangeError for a layer that is not f16 */
export function loadExtent(backend: Backend, extent: Uint8Array, layer: KvLayer, stretch: Stretch): void {
  const blocks = blocksIn(extent, layer, stretch)
  if (layer.valueRows === 'by token') loadRows(backend, blocks, layer)
  else for (const { block, head, place } of blocks) loadBlock(backend, block, layer, { head, place })
}

/** As `loadExtent`, in a graph, for a layer in the processor's memory. @param extent f16, what is put there from its start on */
export async function moveExtent(backend: Backend, extent: Tensor, { keys, values }: KvLayer, { start, count }: Stretch): Promise<void> {
  expectHalf(keys)
  const [headSize, , heads] = keys.shape
  const blocks = blocksOf(count)
  const row = blockTokens * values.strides[0]
  const half = headSize * row
  const graph = backend.graph(moveNodes)
  try {
    const ofHead = 2 * half * blocks
    const ownKeys = graph.view(extent, [headSize * blockTokens, blocks, heads, 1], [2 * half, ofHead, ofHead * heads], 0)
    const keyStrides = [half, keys.strides[2], keys.strides[3]] as const
    graph.run(graph.copy(ownKeys, graph.view(keys, [headSize * blockTokens, blocks, heads, 1], keyStrides, start * keys.strides[1])))
    const ownValues = graph.view(extent, [blockTokens, blocks, headSize, heads], [2 * half, row, ofHead], half)
    const valueStrides = [row, values.strides[1], values.strides[2]] as const
    graph.run(graph.copy(ownValues, graph.view(values, [blockTokens, blocks, headSize, heads], valueStrides, start * values.strides[0])))
    await backend.run(graph)
  } finally {
    graph.free()
  }
}

/** Two copies, each from a view to a view. */
const moveNodes = 6

/** Fills `extent` from the layer; what no token has of the last blocks becomes 0, whatever the layer has there. @throws as `loadExtent` */
export function saveExtent(backend: Backend, layer: KvLayer, stretch: Stretch, extent: Uint8Array): void {
  const blocks = blocksIn(extent, layer, stretch)
  if (layer.valueRows === 'by token') saveRows(backend, layer, blocks)
  else for (const { block, head, place } of blocks) saveBlock(backend, layer, head, place, block)
  for (const { block, place } of blocks) blank(block, stretch.start + stretch.count - place)
}

/** Makes 0 of a block what comes after its first so many tokens. */
function blank(block: Uint8Array, tokens: number): void {
  if (tokens >= blockTokens) return
  const [half, rowBytes] = [block.length / 2, blockTokens * elementBytes(dataType.f16)]
  block.fill(0, (half * tokens) / blockTokens, half)
  for (let row = half; row < block.length; row += rowBytes) block.fill(0, row + tokens * elementBytes(dataType.f16), row + rowBytes)
}

/** Where a block of a KV head goes: the place of its first token. */
interface BlockPlace {
  readonly head: number
  readonly place: number
}

/** Puts a single block to its places in a layer, or some of its tokens. */
export function loadBlock(backend: Backend, block: Uint8Array, layer: KvLayer, { head, place }: BlockPlace, { start, count }: Stretch = wholeBlock): void {
  const { keys, values } = partsOf(layer, head, place, count)
  backend.writeParts(layer.keys, block.subarray(start * layer.keys.strides[1]), keys)
  backend.writeParts(layer.values, block.subarray(block.length / 2 + start * layer.values.strides[0]), values)
}

const wholeBlock: Stretch = { start: 0, count: blockTokens }

function saveBlock(backend: Backend, layer: KvLayer, head: number, place: number, block: Uint8Array): void {
  const { keys, values } = partsOf(layer, head, place)
  backend.readParts(layer.keys, block, keys)
  backend.readParts(layer.values, block.subarray(block.length / 2), values)
}

function blocksIn(extent: Uint8Array, { keys }: KvLayer, { start, count }: Stretch): readonly PlacedBlock[] {
  const [headSize, , heads] = keys.shape
  const bytes = extentBytes({ heads, headSize }, count)
  if (extent.length !== bytes) throw new RangeError(`${extent.length} bytes are no extent of ${count} tokens, which has ${bytes}.`)
  expectHalf(keys)
  const blocks = blocksOf(count)
  const size = bytes / (heads * blocks)
  return Array.from({ length: heads * blocks }, (_, i) => ({
    block: extent.subarray(i * size, (i + 1) * size), head: Math.floor(i / blocks), place: start + (i % blocks) * blockTokens,
  }))
}

function expectHalf({ type }: Tensor): void {
  if (type !== dataType.f16) throw new RangeError('Keys and values are kept in f16, and the layer has another type.')
}

/** Where a block's rows lie in a layer: of each of `count` tokens one of keys, and one of their values for each number of a head. */
function partsOf({ keys, values }: KvLayer, head: number, place: number, count = blockTokens): { readonly keys: TensorParts; readonly values: TensorParts } {
  const [headSize] = keys.shape
  return {
    keys: { count: 1, bytes: count * keys.strides[1], offset: head * keys.strides[2] + place * keys.strides[1], stride: 0, dataStride: 0 },
    values: {
      count: headSize, bytes: count * values.strides[0], offset: head * values.strides[2] + place * values.strides[0], stride: values.strides[1],
      dataStride: blockTokens * values.strides[0],
    },
  }
}
