/**
 * Reads a chunk of tokens: a graph for each layer, or for some that are brief together, so that progress is told in between.
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

/** Layers of a chunk that share a graph. */
interface Part {
  readonly first: number
  readonly count: number
  readonly start: number
  readonly window: number
  readonly wanted: Wanted
}

export interface ChunkOptions {
  readonly signal?: AbortSignal
  /** Called after each layer, or after some. */
  readonly onLayer?: (done: number, layers: number) => void
}

/** Of a layer; where attention takes one head at a time, so many more for each. */
const nodesBesides = 256
const nodesPerHead = 8

/** Milliseconds up to which layers share a graph: to start a computation on another thread takes some tenths of one. */
const graphMs = 40

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
  /** Milliseconds of the layers that were computed last, for each layer and token. */
  #pace = Infinity

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
      for (let first = 0; ;) {
        const count = layersTogether(this.#pace * tokens.length, layers - first)
        const begun = performance.now()
        const result = await this.#layers(kv, store.inputs, { first, count, start, window, wanted }, signal)
        if (result === undefined) return undefined
        first += count
        onLayer?.(first, layers)
        if (first === layers) return result
        // The last layer does not compute all: it would tell too little.
        this.#pace = (performance.now() - begun) / (count * tokens.length)
      }
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
    const compute = (layer: number): Promise<Float32Array | undefined> =>
      this.#layers(kv, store.inputs, { first: layer, count: 1, start, window, wanted: 'none' }, signal)
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

  /** Computes layers that follow one another, with the embedding before the first of the model and the head after its last. */
  async #layers(kv: ResidentKv, inputs: Inputs, part: Part, signal: AbortSignal | undefined): Promise<Float32Array | undefined> {
    const { first, count, start, window, wanted } = part
    const { layers, vocabulary, heads } = this.#model.shape
    const [tokens] = inputs.tokens.shape
    const graph = this.#backend.graph((nodesBesides + nodesPerHead * heads) * count)
    try {
      const attention = { way: this.#attention, threads: this.#backend.threadsMax }
      const queries = new Map<number, Tensor>()
      let x: Tensor | undefined = first === 0 ? this.#model.embed(graph, inputs.tokens) : inputs.hidden
      for (let layer = first; layer < first + count && x !== undefined; layer++) {
        const kept = layer === layers - 1 ? keptOf(wanted, tokens) : all(tokens)
        const cache = runCache(graph, kv, { start, window, kept, positions: inputs.positions, mask: inputs.mask, attention })
        x = this.#model.layer(graph, layer, x, this.#queries.through(cache, graph, queries))
      }
      const logits = first + count === layers && x !== undefined ? this.#model.head(graph, x) : undefined
      if (logits !== undefined) graph.output(logits)
      else if (x !== undefined) graph.run(graph.copy(x, inputs.hidden))
      this.#workspace.place(graph)
      if (await this.#backend.run(graph, signal) === 'stopped') return undefined
      this.#queries.take(queries, start)
      const numbers = new Float32Array(logits === undefined ? 0 : vocabulary * keptOf(wanted, tokens).count)
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

/** How many of the layers that are left share a graph, from the milliseconds that one takes. */
export function layersTogether(layerMs: number, left: number): number {
  return Math.max(1, Math.min(left, Math.floor(graphMs / layerMs)))
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
