import { checksum } from './checksum'
import { expectIndex, expectLength } from './expect'
import { blockBytes, blocksOf, extentBytes, placeSegment, type KvLayout } from './layout'
import { encodeRecord, type SegmentRecord } from './record'
import { toSegment, type Segment } from './segment'
import type { Storage } from './storage'

/** A segment that is being written, layer by layer, where nothing is committed yet. */
export class SegmentDraft {
  /** Of one layer. */
  readonly extentBytes: number
  readonly #storage: Storage
  readonly #layout: KvLayout
  readonly #record: SegmentRecord
  /** By layer. */
  readonly #writes = new Map<number, Promise<void>>()
  #isOver = false

  constructor(storage: Storage, layout: KvLayout, beginning: Omit<SegmentRecord, 'blockChecksums'>) {
    const count = beginning.tokens.length
    this.extentBytes = extentBytes(layout, count)
    this.#storage = storage
    this.#layout = layout
    this.#record = { ...beginning, blockChecksums: new Uint32Array(layout.layers * layout.kvHeads * blocksOf(count)) }
  }

  /** @throws RangeError for what is no layer of this segment, or one that was written; StorageError */
  async writeLayer(layer: number, extent: Uint8Array): Promise<void> {
    const { tokens, start } = this.#record
    this.#expectOpen()
    expectIndex(layer, this.#layout.layers, 'layer')
    if (this.#writes.has(layer)) throw new RangeError(`Layer ${layer} was written already.`)
    expectLength(extent, this.extentBytes, `Layer ${layer}`)
    this.#sum(layer, extent)
    const place = placeSegment(this.#layout, start, tokens.length)
    const write = this.#storage.write(place.extents + layer * place.stride, extent)
    this.#writes.set(layer, write)
    await write
  }

  /** Ends the writing of layers. The whole segment and the bytes of its record. @throws Error where a layer is missing; StorageError */
  async finish(): Promise<{ readonly segment: Segment; readonly record: Uint8Array }> {
    this.#expectOpen()
    this.#isOver = true
    for (let layer = 0; layer < this.#layout.layers; layer++) if (!this.#writes.has(layer)) throw new Error(`Layer ${layer} of a segment was never written.`)
    await Promise.all(this.#writes.values())
    const { bytes, checksum: sum } = encodeRecord(this.#layout, this.#record)
    return { segment: toSegment(this.#layout, this.#record, sum), record: bytes }
  }

  /** Ends the writing; ends itself when nothing is under way any more, whether that went well or not. */
  async settle(): Promise<void> {
    this.#isOver = true
    await Promise.allSettled(this.#writes.values())
  }

  #expectOpen(): void {
    if (this.#isOver) throw new Error('This segment was committed or abandoned already.')
  }

  #sum(layer: number, extent: Uint8Array): void {
    const size = blockBytes(this.#layout)
    const blocks = extent.length / size
    for (let i = 0; i < blocks; i++) this.#record.blockChecksums[layer * blocks + i] = checksum(extent.subarray(i * size, (i + 1) * size))
  }
}
