/** Hidden states of the tokens that go through a layer before any goes through the next, and what else their chunks are computed from. */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import type { Stretch } from '../model/chunk'
import type { ChunkInputs } from '../model/layers'
import type { MovingMask } from './moving-mask'

export class SuperChunk {
  readonly #backend: Backend
  readonly #mask: MovingMask
  readonly #store: TensorStore
  readonly #ids: Tensor
  readonly #positions: Tensor
  readonly #hidden: Tensor
  #start = 0

  /** @param tokensMax of a super-chunk. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, width: number, tokensMax: number, mask: MovingMask) {
    this.#backend = backend
    this.#store = backend.store([
      { type: dataType.i32, shape: [tokensMax, 1, 1, 1] },
      { type: dataType.i32, shape: [tokensMax, 1, 1, 1] },
      { type: dataType.f32, shape: [width, tokensMax, 1, 1] },
    ], backend.home)
    const [ids, positions, hidden] = this.#store.tensors
    if (ids === undefined || positions === undefined || hidden === undefined) throw new Error('A store lost a tensor.')
    this.#ids = ids
    this.#positions = positions
    this.#hidden = hidden
    this.#mask = mask
  }

  /** Goes on to these tokens, the first of which is at `start`. */
  fill(tokens: readonly number[], start: number): void {
    this.#start = start
    this.#backend.write(this.#ids, Int32Array.from(tokens))
    this.#backend.write(this.#positions, Int32Array.from(tokens, (_, i) => start + i))
  }

  /** What a chunk of it is computed from. */
  inputs(graph: GraphBuilder, chunk: Stretch): ChunkInputs {
    const first = chunk.start - this.#start
    const columns = (of: Tensor, shape: readonly [number, number], step: number): Tensor =>
      graph.view(of, [...shape, 1, 1], [of.strides[1], of.strides[2], of.strides[3]], first * step)
    const list = (of: Tensor): Tensor => columns(of, [chunk.count, 1], elementBytes(of.type))
    return {
      tokens: list(this.#ids),
      positions: list(this.#positions),
      hidden: columns(this.#hidden, [this.#hidden.shape[0], chunk.count], this.#hidden.strides[1]),
      mask: this.#mask.over(chunk),
    }
  }

  free(): void {
    this.#store.free()
  }
}
