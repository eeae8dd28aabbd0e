/**
 * Which places the tokens of a chunk see, for one chunk after another in the same memory. From place 0 to the chunk's start all is 0, so only what
 * comes after it is drawn and, before the next, wiped: half a megabyte of what may be a hundred.
 */
import { causalMask } from '../attention/resident'
import type { Backend, TensorStore } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import { windowOf } from '../kv/resident'
import type { Stretch } from '../model/chunk'

const halfBytes = elementBytes(dataType.f16)

export class MovingMask {
  readonly #store: TensorStore
  readonly #room: Tensor
  readonly #drawing: Tensor
  readonly #blank: Tensor
  #drawn: Stretch | undefined

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, tokensMax: number, chunkTokens: number) {
    // A chunk that does not start where a window ends has the rest of that window beside it.
    const side = windowOf(chunkTokens) + windowOf(1)
    this.#store = backend.store([
      { type: dataType.f16, shape: [windowOf(tokensMax) * chunkTokens, 1, 1, 1] },
      { type: dataType.f16, shape: [side, chunkTokens, 1, 1] },
      { type: dataType.f16, shape: [side, chunkTokens, 1, 1] },
    ], backend.home)
    const [room, drawing, blank] = this.#store.tensors
    if (room === undefined || drawing === undefined || blank === undefined) throw new Error('A store lost a tensor.')
    this.#room = room
    this.#drawing = drawing
    this.#blank = blank
    backend.clear(this.#store)
    backend.write(drawing, causalMask(side, 0, chunkTokens))
  }

  /** f16 [window, tokens] as `causalMask` gives it, from the time on when the graph runs. What was drawn for the graph before is lost. */
  draw(graph: GraphBuilder, chunk: Stretch): Tensor {
    if (this.#drawn !== undefined) this.#fill(graph, this.#drawn, this.#blank)
    this.#fill(graph, chunk, this.#drawing)
    this.#drawn = chunk
    return this.#of(graph, chunk, 0)
  }

  free(): void {
    this.#store.free()
  }

  #fill(graph: GraphBuilder, chunk: Stretch, from: Tensor): void {
    const place = this.#of(graph, chunk, chunk.start)
    graph.run(graph.copy(graph.view(from, place.shape, [from.strides[1], from.strides[2], from.strides[3]], 0), place))
  }

  /** The columns of a chunk's mask from place `first` on. */
  #of(graph: GraphBuilder, { start, count }: Stretch, first: number): Tensor {
    const window = windowOf(start + count)
    const row = window * halfBytes
    return graph.view(this.#room, [window - first, count, 1, 1], [row, row * count, row * count], first * halfBytes)
  }
}
