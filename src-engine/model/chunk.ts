/**
 * Reads a chunk of tokens: one graph for each layer, so that between layers progress is told and a stop is heard.
 */
import type { AttentionWay } from '../attention/exact'
import { causalMask, runCache } from '../attention/resident'
import type { QueryRows } from '../evidence/queries'
import type { Backend, TensorStore, Workspace } from '../ggml/backend'
import type { Slice } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import { windowStep, type ResidentKv } from '../kv/resident'
import type { Model } from './model'

/** Logits of which tokens of the chunk: of none, the last, or every one. */
export type Wanted = 'none' | 'last' | 'all'

export interface Chunk {
  readonly tokens: readonly number[]
  /** Place of the first token. */
  readonly start: number
  readonly wanted: Wanted
}

/** Tokens that follow one another. */
export interface Stretch {
  readonly start: number
  readonly count: number
}

export interface ChunkOptions {
  readonly signal?: AbortSignal
  /** Called after each layer. */
  readonly onLayer?: (done: number, layers: number) => void
}

/** Of a layer; where attention takes one head at a time, so many more for each. */
const nodesBesides = 256
const nodesPerHead = 8

interface Inputs {
  readonly tokens: Tensor
  readonly positions: Tensor
  readonly mask: Tensor
  readonly hidden: Tensor
}

export class ChunkRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #attention: AttentionWay
  readonly #queries: QueryRows
  readonly #workspace: Workspace

  constructor(backend: Backend, model: Model, attention: AttentionWay, queries: QueryRows) {
    this.#backend = backend
    this.#model = model
    this.#attention = attention
    this.#queries = queries
    this.#workspace = backend.workspace()
  }

  /** Logits [vocabulary] of each wanted token, one after the other; undefined if it was stopped, and then the chunk does not count as read. */
  async run(kv: ResidentKv, { tokens, start, wanted }: Chunk, { signal, onLayer }: ChunkOptions): Promise<Float32Array | undefined> {
    const window = windowFor(kv, start + tokens.length)
    const store = this.#fill(tokens, start, window)
    try {
      const { layers } = this.#model.shape
      for (let layer = 0; layer < layers; layer++) {
        const last = layer === layers - 1
        const result = await this.#layer(kv, store.inputs, { layer, start, window, kept: last ? keptOf(wanted, tokens.length) : all(tokens.length) }, signal)
        if (result === undefined) return undefined
        onLayer?.(layer + 1, layers)
        if (last) return result
      }
      throw new Error('A model without layers.')
    } finally {
      store.free()
    }
  }

  /**
   * Milliseconds that some layers take over `count` tokens at `start`; undefined if it was stopped. What the cache holds in these places is
   * spoiled. The first layer is computed before the clock starts: it fetches the memory that computing takes.
   */
  async time(kv: ResidentKv, { start, count }: Stretch, layers: readonly number[], signal?: AbortSignal): Promise<number | undefined> {
    const window = windowFor(kv, start + count)
    const store = this.#fill(new Array<number>(count).fill(0), start, window)
    const compute = (layer: number): Promise<Float32Array | undefined> => {
      const kept = layer === this.#model.shape.layers - 1 ? keptOf('none', count) : all(count)
      return this.#layer(kv, store.inputs, { layer, start, window, kept }, signal)
    }
    try {
      if (await compute(0) === undefined) return undefined
      const begun = performance.now()
      for (const layer of layers) if (await compute(layer) === undefined) return undefined
      return performance.now() - begun
    } finally {
      store.free()
    }
  }

  free(): void {
    this.#workspace.free()
  }

  /** Computes one layer, with the embedding before the first and the head after the last. */
  async #layer(
    kv: ResidentKv, inputs: Inputs, place: { layer: number; start: number; window: number; kept: Slice }, signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const { layer, kept } = place
    const { layers, vocabulary } = this.#model.shape
    const graph = this.#backend.graph(nodesBesides + nodesPerHead * this.#model.shape.heads)
    try {
      const x = layer === 0 ? this.#model.embed(graph, inputs.tokens) : inputs.hidden
      const attention = { way: this.#attention, threads: this.#backend.threadsMax }
      const cache = runCache(graph, kv, { ...place, positions: inputs.positions, mask: inputs.mask, attention })
      const queries = new Map<number, Tensor>()
      const after = this.#model.layer(graph, layer, x, this.#queries.through(cache, graph, queries))
      const logits = layer === layers - 1 && after !== undefined ? this.#model.head(graph, after) : undefined
      if (logits !== undefined) graph.output(logits)
      else if (after !== undefined) graph.run(graph.copy(after, inputs.hidden))
      this.#workspace.place(graph)
      if (await this.#backend.run(graph, signal) === 'stopped') return undefined
      this.#queries.take(queries, place.start)
      const numbers = new Float32Array(logits === undefined ? 0 : vocabulary * kept.count)
      if (logits !== undefined) this.#backend.read(logits, numbers)
      return numbers
    } finally {
      graph.free()
    }
  }

  #fill(tokens: readonly number[], start: number, window: number): { readonly inputs: Inputs; free(): void } {
    const count = tokens.length
    const store: TensorStore = this.#backend.store([
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.f16, shape: [window, count, 1, 1] },
      { type: dataType.f32, shape: [this.#model.shape.width, count, 1, 1] },
    ], this.#backend.home)
    const [ids, positions, mask, hidden] = store.tensors
    if (ids === undefined || positions === undefined || mask === undefined || hidden === undefined) throw new Error('A store lost a tensor.')
    this.#backend.write(ids, Int32Array.from(tokens))
    this.#backend.write(positions, Int32Array.from(tokens, (_, i) => start + i))
    this.#backend.write(mask, causalMask(window, start, count))
    return { inputs: { tokens: ids, positions, mask, hidden }, free: () => store.free() }
  }
}

function windowFor(kv: ResidentKv, tokens: number): number {
  return Math.min(kv.capacity, Math.ceil(tokens / windowStep) * windowStep)
}

function all(count: number): Slice {
  return { first: 0, count }
}

function keptOf(wanted: Wanted, count: number): Slice {
  switch (wanted) {
    case 'none': return { first: 0, count: 0 }
    case 'last': return { first: count - 1, count: 1 }
    case 'all': return all(count)
  }
}
