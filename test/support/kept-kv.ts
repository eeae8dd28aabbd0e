/** Keys and values that are kept in memory, as a reading's file keeps them. */
import { createHash } from 'node:crypto'
import { blocksOf, extentBytes, type ExtentShape } from '../../src-engine/prefill/extent'
import { placesOf, type BlockBytes } from '../../src-engine/reading/block-bytes'
import type { GrowingKv, KvSegment } from '../../src-engine/prefill/kept'

interface Kept {
  readonly start: number
  readonly count: number
  readonly extents: readonly Uint8Array[]
}

/** Puts the extent of a KV head where its blocks are to go. */
export function putBlocks(extent: Uint8Array, { headSize }: Pick<ExtentShape, 'headSize'>, into: BlockBytes): void {
  const rowBytes = headSize * Uint16Array.BYTES_PER_ELEMENT
  let at = 0
  for (const place of placesOf(into, { keyRowBytes: rowBytes, valueRowBytes: rowBytes }, 0, extent.length / (128 * rowBytes))) {
    place.set(extent.subarray(at, at + place.length))
    at += place.length
  }
}

export class MemoryKv implements GrowingKv {
  readonly tokens: number[] = []
  readonly #shape: ExtentShape
  readonly #segments: Kept[] = []
  #open = false

  constructor(shape: ExtentShape) {
    this.#shape = shape
  }

  async readLayer(layer: number, from: number, to: number, into: Uint8Array): Promise<void> {
    if (from % 64 !== 0 || to > this.tokens.length || into.length !== extentBytes(this.#shape, to - from)) throw new RangeError(`Tokens ${from} to ${to} are not kept.`)
    const blocks = Array.from({ length: blocksOf(to - from) }, (_, i) => from / 64 + i)
    const bytes = into.length / this.#shape.heads
    for (let head = 0; head < this.#shape.heads; head++) await this.readBlocks(layer, head, blocks, into.subarray(head * bytes, (head + 1) * bytes))
  }

  async readBlocks(layer: number, head: number, blocks: readonly number[], into: Uint8Array): Promise<void> {
    const bytes = extentBytes({ ...this.#shape, heads: 1 }, 1)
    blocks.forEach((block, i) => {
      const place = 64 * block
      const segment = this.#segments.find(({ start, count }) => start <= place && place < start + count)
      const extent = segment?.extents[layer]
      if (segment === undefined || extent === undefined) throw new RangeError(`Token ${place} is not kept.`)
      const at = (head * blocksOf(segment.count) + (place - segment.start) / 64) * bytes
      into.set(extent.subarray(at, at + bytes), i * bytes)
    })
  }

  async readHead(layer: number, head: number, from: number, to: number, into: BlockBytes): Promise<void> {
    const extent = new Uint8Array(extentBytes(this.#shape, to - from))
    await this.readLayer(layer, from, to, extent)
    const own = extent.length / this.#shape.heads
    putBlocks(extent.subarray(head * own, (head + 1) * own), this.#shape, into)
  }

  async begin(tokens: readonly number[]): Promise<KvSegment> {
    if (this.#open) throw new Error('There is a segment already.')
    this.#open = true
    const extents: Uint8Array[] = []
    const close = (): void => {
      this.#open = false
    }
    return {
      writeLayer: async (layer, extent) => {
        if (layer !== extents.length || extent.length !== extentBytes(this.#shape, tokens.length)) throw new Error(`Layer ${layer} does not come now.`)
        extents.push(extent.slice())
      },
      commit: async () => {
        this.#segments.push({ start: this.tokens.length, count: tokens.length, extents })
        this.tokens.push(...tokens)
        close()
      },
      abandon: async () => close(),
    }
  }

  /** The same for the same bits in all layers. */
  async digest(): Promise<string> {
    const hash = createHash('sha256')
    for (const layer of this.#segments[0]?.extents.keys() ?? []) hash.update(await this.whole(layer))
    return hash.digest('hex')
  }

  /** The extent of a layer over all tokens. */
  async whole(layer: number): Promise<Uint8Array> {
    const extent = new Uint8Array(extentBytes(this.#shape, this.tokens.length))
    await this.readLayer(layer, 0, this.tokens.length, extent)
    return extent
  }
}
