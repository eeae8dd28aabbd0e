/**
 * A table of which only rows that were asked for are read. Its memory is had for all rows, but an operating system gives pages only where something
 * is written.
 */
import type { Backend } from '../ggml/backend'
import { rowBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import type { ByteSource } from '../gguf/file'
import type { Target } from './filling'
import { inLanes } from '../lanes'

/** Rows that are read at once. */
const lanes = 4

export class SparseTable {
  readonly #backend: Backend
  readonly #source: ByteSource
  readonly #target: Target
  readonly #store: TensorStore
  readonly #tensor: Tensor
  readonly #rows = new Set<number>()
  readonly #rowBytes: number

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, target: Target, source: ByteSource) {
    this.#backend = backend
    this.#source = source
    this.#target = target
    this.#store = backend.store([target.plan], target.memory, 'weights')
    const [tensor] = this.#store.tensors
    if (tensor === undefined) throw new Error('A store lost its tensor.')
    this.#tensor = tensor
    target.tensor = tensor
    this.#rowBytes = rowBytes(target.plan.type, target.plan.shape[0])
  }

  /** Of the rows that are there. */
  get bytes(): number {
    return this.#rows.size * this.#rowBytes
  }

  /** @throws the source's error */
  async read(rows: Iterable<number>): Promise<void> {
    const missing = [...new Set(rows)].filter((row) => !this.#rows.has(row))
    const buffers = Array.from({ length: lanes }, () => new Uint8Array(this.#rowBytes))
    await inLanes(missing, lanes, async (row, lane) => {
      const buffer = buffers[lane] ?? new Uint8Array(this.#rowBytes)
      await this.#target.rows.fill(this.#source, row, buffer)
      this.#backend.write(this.#tensor, buffer, row * this.#rowBytes)
      this.#rows.add(row)
    })
  }

  free(): void {
    this.#store.free()
  }
}
