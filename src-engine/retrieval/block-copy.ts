import type { Backend } from '../ggml/backend'
import type { KvLayer } from '../kv/resident'
import { keyOffset, turnBlock, valueOffset } from '../prefill/extent-copy'
import { blockTokens } from '../reading/layout'

/** Puts single blocks, `[K: 64 rows of d | V: 64 rows of d]` in f16, to their places in a layer. */
export class BlockCopy {
  readonly #backend: Backend
  readonly #headSize: number
  readonly #turned: Uint16Array

  constructor(backend: Backend, headSize: number) {
    this.#backend = backend
    this.#headSize = headSize
    this.#turned = new Uint16Array(blockTokens * headSize)
  }

  /** @param place of its first token */
  load(block: Uint8Array, layer: KvLayer, head: number, place: number): void {
    const half = blockTokens * this.#headSize
    const numbers = new Uint16Array(block.buffer, block.byteOffset, 2 * half)
    this.#backend.write(layer.keys, numbers.subarray(0, half), keyOffset(layer, head, place))
    turnBlock(numbers.subarray(half), this.#headSize, this.#turned, 0, blockTokens)
    this.#backend.writeParts(layer.values, this.#turned, { offset: valueOffset(layer, head, 0, place), count: this.#headSize, stride: layer.values.strides[1] })
  }
}
