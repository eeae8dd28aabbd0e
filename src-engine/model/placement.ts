/**
 * Which layers of a model a graphics device takes. They go from the end backwards, the head first, so that a token's numbers cross from the
 * processor to the devices once.
 */
import { maskTokensMax } from '../attention/chunk-mask'
import type { Device, DeviceMemory } from '../ggml/devices'
import type { Part, Placement } from '../ggml/placement'
import type { GgufFile } from '../gguf/file'
import { prefillChunk, type DeviceChoice } from '../protocol'
import type { ReadingNeeds } from './residency'
import type { ModelShape } from './shape'

/** Bytes that the parts of a model need. */
export interface Needs {
  /** Of each layer, weights, keys and values. */
  readonly layers: readonly number[]
  readonly head: number
  /** What a device needs to compute at all, once. */
  readonly computing: number
}

export interface Room extends DeviceMemory {
  readonly device: Device
}

/**
 * The devices that a choice means. Left to us, all cards: an integrated device reads the same memory as the processor, whose kernels are good, and whether it
 * gains anything is for the person to find out.
 */
export function chooseDevices<T extends Pick<Device, 'name' | 'kind'>>(choice: DeviceChoice, devices: readonly T[]): readonly T[] {
  return devices.filter(({ name, kind }) => (choice === 'auto' ? kind === 'card' : name === choice))
}

export function partOf(tensor: string): Part {
  const layer = /^blk\.(\d+)\./.exec(tensor)
  if (layer !== null) return Number(layer[1])
  return tensor.startsWith('output') ? 'head' : 'embedding'
}

/** A device that shows the screen needs some of its memory, and what it says is free moves. */
const reserve = { share: 0.05, bytesMin: 256 * 2 ** 20 } as const

/** @param rooms in the order in which they are filled */
export function placeParts({ layers, head, computing }: Needs, rooms: readonly Room[]): Placement {
  const placed: (Device | undefined)[] = layers.map(() => undefined)
  let headOn: Device | undefined
  let next = layers.length - 1
  for (const { device, freeBytes, totalBytes } of rooms) {
    let left = freeBytes - Math.max(reserve.bytesMin, totalBytes * reserve.share) - computing
    if (next === layers.length - 1 && headOn === undefined && head <= left) {
      headOn = device
      left -= head
    }
    for (let bytes = layers[next]; bytes !== undefined && bytes <= left; bytes = layers[next]) {
      placed[next] = device
      left -= bytes
      next -= 1
    }
  }
  return { layers: placed, head: headOn }
}

/** Growing, the cache holds its old and its new room for a moment, and its new room is at most twice the old. */
const growthPeak = 1.5
const bytesOfHalf = 2
const bytesOfFloat = 4

/** @param chunkTokens tokens that are computed together */
export function needsOf(file: GgufFile, shape: ModelShape, contextMax: number, chunkTokens: number): Needs {
  const keysAndValues = 2 * shape.kvHeads * shape.headSize * bytesOfHalf * contextMax * growthPeak
  const weights = new Map<Part, number>()
  for (const { name, bytes } of file.tensors) weights.set(partOf(name), (weights.get(partOf(name)) ?? 0) + bytes)
  const matrixOf = (tensor: string): number => file.tensors.find(({ name }) => name === tensor)?.bytes ?? 0
  return {
    layers: Array.from({ length: shape.layers }, (_, i) => (weights.get(i) ?? 0) + keysAndValues),
    // Many models use their embedding as head; a device then has a copy of it.
    head: matrixOf('output.weight') || matrixOf('token_embd.weight'),
    computing: computingBytes(shape, contextMax, chunkTokens, chunkTokens),
  }
}

/**
 * What reading a text of so many tokens layer by layer needs.
 * @param superChunkTokens tokens that go through a layer before any goes through the next
 */
export function readingNeedsOf(file: GgufFile, shape: ModelShape, contextMax: number, superChunkTokens: number): ReadingNeeds {
  const tokens = Math.min(contextMax, superChunkTokens)
  const keysAndValues = 2 * shape.kvHeads * shape.headSize * bytesOfHalf
  const isHeadApart = file.tensors.some(({ name }) => name === 'output.weight')
  const weights = file.tensors.reduce((sum, { name, bytes }) => sum + (name === 'token_embd.weight' && !isHeadApart ? 2 * bytes : bytes), 0)
  // Two layers, two extents that come and two that go.
  const kept = 2 * keysAndValues * contextMax + 4 * keysAndValues * tokens
  const computing = computingBytes(shape, contextMax, prefillChunk, maskTokensMax(prefillChunk, contextMax))
  return { weights, reading: kept + tokens * shape.width * bytesOfFloat + computing }
}

/** The mask of so many tokens of a chunk, the values of one layer turned, and what a layer makes of a chunk on the way. */
function computingBytes(shape: ModelShape, contextMax: number, chunkTokens: number, maskTokens: number): number {
  const { width, heads, kvHeads, headSize, feedForward, vocabulary } = shape
  const mask = contextMax * maskTokens * bytesOfHalf
  const turned = contextMax * kvHeads * headSize * bytesOfHalf
  const row = 4 * width + 3 * feedForward + 3 * (heads + kvHeads) * headSize
  return mask + turned + (chunkTokens * row + vocabulary) * bytesOfFloat
}
