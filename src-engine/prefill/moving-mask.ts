/**
 * Which places the tokens of a chunk see, for one chunk after another in the same memory, and for some tokens of a chunk after the others where a mask of all
 * would be large. From place 0 to the first token all is 0, so only what comes after it is drawn and, before the next, wiped: half a megabyte of what may be
 * a hundred.
 */
import { attendedTogether, maskTokensMax, type ChunkMask } from '../attention/chunk-mask'
import { causalMask } from '../attention/resident'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import { windowOf } from '../kv/layer'
import type { Stretch } from '../model/chunk'

const halfBytes = elementBytes(dataType.f16)

/** Tokens that were drawn, and the window that their rows have. */
interface Drawn extends Stretch {
  readonly window: number
}

export class MovingMask {
  readonly #store: TensorStore
  readonly #room: Tensor
  readonly #drawing: Tensor
  readonly #blank: Tensor
  readonly #windowMax: number
  readonly #bytesMax: number | undefined
  #drawn: Drawn | undefined

  /** @param bytesMax about what it may take; by default 128 MB. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, tokensMax: number, chunkTokens: number, bytesMax?: number) {
    // A chunk that does not start where a window ends has the rest of that window beside it.
    const side = windowOf(chunkTokens) + windowOf(1)
    this.#windowMax = windowOf(tokensMax)
    this.#bytesMax = bytesMax
    const rows = maskTokensMax(chunkTokens, this.#windowMax, bytesMax)
    this.#store = backend.store([
      { type: dataType.f16, shape: [this.#windowMax * rows, 1, 1, 1] },
      { type: dataType.f16, shape: [side, rows, 1, 1] },
      { type: dataType.f16, shape: [side, rows, 1, 1] },
    ], backend.home)
    const [room, drawing, blank] = this.#store.tensors
    if (room === undefined || drawing === undefined || blank === undefined) throw new Error('A store lost a tensor.')
    this.#room = room
    this.#drawing = drawing
    this.#blank = blank
    backend.clear(this.#store)
    backend.write(drawing, causalMask(side, 0, rows))
  }

  get bytes(): number {
    return this.#store.bytes
  }

  /** As `causalMask` gives it. A part is lost when the next is drawn, for this graph or another. */
  over({ start, count }: Stretch): ChunkMask {
    const window = windowOf(start + count)
    return {
      parts: attendedTogether(count, this.#windowMax, this.#bytesMax),
      of: (graph, part) => this.#draw(graph, { start: start + part.first, count: part.count, window }),
    }
  }

  free(): void {
    this.#store.free()
  }

  #draw(graph: GraphBuilder, tokens: Drawn): Tensor {
    if (this.#drawn !== undefined) this.#fill(graph, this.#drawn, this.#blank)
    this.#fill(graph, tokens, this.#drawing)
    this.#drawn = tokens
    return this.#of(graph, tokens, 0)
  }

  #fill(graph: GraphBuilder, tokens: Drawn, from: Tensor): void {
    const place = this.#of(graph, tokens, tokens.start)
    graph.run(graph.copy(graph.view(from, place.shape, [from.strides[1], from.strides[2], from.strides[3]], 0), place))
  }

  /** The columns of a mask from place `first` on. */
  #of(graph: GraphBuilder, { count, window }: Drawn, first: number): Tensor {
    const row = window * halfBytes
    return graph.view(this.#room, [window - first, count, 1, 1], [row, row * count, row * count], first * halfBytes)
  }
}
