/** What the pieces of the layers of a chunk are computed from, and what goes from one to the next. */
import { attendedTogether } from '../attention/chunk-mask'
import { fillCausalRow } from '../attention/resident'
import type { FrontPlace, HeadPlace, LayerBetween } from '../attention/streamed'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder, Slice } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import { windowOf } from '../kv/layer'
import type { StreamedKv } from '../kv/streamed'
import type { Chunk } from './chunk'
import { keptOf } from './layers'
import type { Model } from './model'
import type { ModelShape } from './shape'

export interface StreamedChunk extends Chunk {
  readonly tokensAre: HeadPlace['tokensAre']
}

export class LayerWork {
  readonly chunk: StreamedChunk
  /** i32 [tokens] */
  readonly ids: Tensor
  /** f32 [width, tokens] */
  readonly hidden: Tensor
  /** f32 [vocabulary, wanted tokens] */
  readonly logitsPlace: Tensor
  readonly #backend: Backend
  readonly #kv: StreamedKv
  readonly #shape: ModelShape
  readonly #window: number
  /** Tokens that attend at once. */
  readonly #parts: readonly Slice[]
  readonly #row: Uint16Array
  #drawn: Slice | undefined
  readonly #store: TensorStore
  readonly #positions: Tensor
  readonly #mask: Tensor
  readonly #found: Tensor
  readonly #queries: readonly Tensor[]

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, { shape }: Model, kv: StreamedKv, chunk: StreamedChunk) {
    const { width, vocabulary, heads, kvHeads, headSize } = shape
    const count = chunk.tokens.length
    this.chunk = chunk
    this.#backend = backend
    this.#kv = kv
    this.#shape = shape
    this.#window = windowOf(chunk.start + count)
    this.#parts = attendedTogether(count, this.#window)
    this.#store = backend.store([
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.f16, shape: [this.#window, Math.max(...this.#parts.map((part) => part.count)), 1, 1] },
      { type: dataType.f32, shape: [width, count, 1, 1] },
      { type: dataType.f32, shape: [vocabulary, Math.max(1, keptOf(chunk.wanted, count).count), 1, 1] },
      { type: dataType.f32, shape: [heads * headSize, count, 1, 1] },
      ...Array.from({ length: kvHeads }, () => ({ type: dataType.f32, shape: [headSize, heads / kvHeads, count, 1] as const })),
    ])
    const [ids, positions, mask, hidden, logits, found, ...queries] = this.#store.tensors
    if (ids === undefined || positions === undefined || mask === undefined || hidden === undefined || logits === undefined || found === undefined) {
      throw new Error('A store lost a tensor.')
    }
    this.ids = ids
    this.hidden = hidden
    this.logitsPlace = logits
    this.#positions = positions
    this.#mask = mask
    this.#found = found
    this.#queries = queries
    this.#row = new Uint16Array(this.#window)
    backend.write(ids, Int32Array.from(chunk.tokens))
    backend.write(positions, Int32Array.from(chunk.tokens, (_, i) => chunk.start + i))
  }

  /** Columns of a layer whose results are wanted. */
  keptIn(layer: number): Slice {
    const count = this.chunk.tokens.length
    return layer === this.#shape.layers - 1 ? keptOf(this.chunk.wanted, count) : { first: 0, count }
  }

  /** Whether somebody wants what the layer finds: the last one's is for logits alone. */
  isWanted(layer: number): boolean {
    return this.keptIn(layer).count > 0
  }

  between(graph: GraphBuilder, layer: number): LayerBetween {
    const { count } = this.keptIn(layer)
    return {
      queries: this.#queries.map((own) => graph.slice(own, 2, { first: 0, count })),
      found: graph.slice(this.#found, 1, { first: 0, count }),
    }
  }

  frontPlace(layer: number): FrontPlace {
    const { tail, plan: { past } } = this.#kv
    return { tail, start: this.chunk.start - past, positions: this.#positions, kept: this.keptIn(layer) }
  }

  /** Tokens of the chunk that attend at once, for all whose results are wanted. */
  partsIn(layer: number): readonly Slice[] {
    const kept = this.keptIn(layer)
    return kept.count === this.chunk.tokens.length ? this.#parts : [kept]
  }

  /** What some tokens of the chunk attend with; those of the last call are what the mask is drawn for. */
  headPlace(graph: GraphBuilder, layer: number, head: number, part: Slice): Omit<HeadPlace, 'attention'> {
    const { tail, plan: { past } } = this.#kv
    const { start, tokens, tokensAre } = this.chunk
    this.#draw(part)
    return {
      room: this.#kv.room(layer * this.#shape.kvHeads + head),
      tail: { layer: tail.layer(layer), head, tokens: { past, tail: start + tokens.length - past } },
      window: this.#window,
      mask: graph.slice(this.#mask, 1, { first: 0, count: part.count }),
      part: { first: part.first - this.keptIn(layer).first, count: part.count },
      tokensAre,
    }
  }

  /** Of the wanted tokens, once the last layer is computed. */
  get logits(): Float32Array {
    const { count } = keptOf(this.chunk.wanted, this.chunk.tokens.length)
    const numbers = new Float32Array(this.#shape.vocabulary * count)
    if (count > 0) this.#backend.read(this.logitsPlace, numbers)
    return numbers
  }

  free(): void {
    this.#store.free()
  }

  #draw(part: Slice): void {
    if (this.#drawn?.first === part.first && this.#drawn.count === part.count) return
    this.#drawn = part
    for (let i = 0; i < part.count; i++) {
      this.#backend.write(this.#mask, fillCausalRow(this.#row, this.chunk.start + part.first + i), i * this.#row.byteLength)
    }
  }
}
