/**
 * Computes layers that follow one another over a chunk of tokens, in one graph: with the embedding before the first layer of the model and the
 * head after its last.
 */
import type { ChunkMask } from '../attention/chunk-mask'
import type { AttentionWay } from '../attention/exact'
import { runCache } from '../attention/resident'
import type { QueryWatch } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder, Slice } from '../ggml/graph'
import type { Part } from '../ggml/placement'
import type { Tensor } from '../ggml/tensor'
import type { Workspace } from '../ggml/workspace'
import { windowOf, type KvLayer, type KvLayers } from '../kv/layer'
import type { Model } from './model'

/** Logits of which tokens of the chunk: of none, the last, or every one. */
export type Wanted = 'none' | 'last' | 'all'

/** What a chunk is computed from. */
export interface ChunkInputs {
  /** i32 [tokens] */
  readonly tokens: Tensor
  /** i32 [tokens] */
  readonly positions: Tensor
  /** The window being that of the last token. */
  readonly mask: ChunkMask
  /** f32 [width, tokens]: before the first of the layers, unless that is the model's first; after the last of them, unless that is the model's last. */
  readonly hidden: Tensor
}

interface LayerPart {
  /** Index of the first of the layers. */
  readonly first: number
  readonly count: number
  /** Place of the chunk's first token. */
  readonly start: number
  readonly wanted: Wanted
}

/** Of a graph, besides its layers; where a chunk attends in parts, at most 32 of them, the graph is that of one layer. */
const nodesBesides = 1024
/**
 * Of a layer. Attention may come in parts, and where it takes one head at a time in so many more for each; on a device it is one. ggml's scheduler goes
 * through all that there is room for, each time.
 */
function nodesOfLayer({ valueRows }: KvLayer, heads: number): number {
  return valueRows === 'by token' ? 96 : 1024 + 8 * heads
}

export class LayerRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #attention: AttentionWay
  readonly #queries: QueryWatch
  readonly #workspace: Workspace

  constructor(backend: Backend, model: Model, attention: AttentionWay, queries: QueryWatch) {
    this.#backend = backend
    this.#model = model
    this.#attention = attention
    this.#queries = queries
    this.#workspace = backend.workspace()
  }

  /** Logits [vocabulary] of each wanted token if the model's last layer is among these; undefined if it was stopped. `inputsIn` may add what makes them. */
  async run(kv: KvLayers, inputsIn: (graph: GraphBuilder) => ChunkInputs, part: LayerPart, signal: AbortSignal | undefined): Promise<Float32Array | undefined> {
    const { first, count, start, wanted } = part
    const { layers, vocabulary, heads } = this.#model.shape
    const release = await this.#model.weights.hold(partsOf(part, layers))
    const nodes = Array.from({ length: count }, (_, i) => nodesOfLayer(kv.layer(first + i), heads))
    const graph = this.#backend.graph(nodes.reduce((sum, each) => sum + each, nodesBesides))
    try {
      const { tokens, positions, mask, hidden } = inputsIn(graph)
      const [length] = tokens.shape
      const window = windowOf(start + length)
      const attention = { way: this.#attention, threads: this.#backend.threadsMax }
      const queries = new Map<number, Tensor>()
      let x: Tensor | undefined = first === 0 ? this.#model.embed(graph, tokens) : hidden
      for (let layer = first; layer < first + count && x !== undefined; layer++) {
        const kept = layer === layers - 1 ? keptOf(wanted, length) : all(length)
        const cache = runCache(graph, kv, { start, window, kept, positions, mask, attention })
        x = this.#model.layer(graph, layer, x, this.#queries.through(cache, graph, queries))
      }
      const logits = first + count === layers && x !== undefined ? this.#model.head(graph, x) : undefined
      if (logits !== undefined) graph.output(logits)
      else if (x !== undefined) graph.run(graph.copy(x, hidden))
      this.#workspace.place(graph)
      if (await this.#backend.run(graph, signal) === 'stopped') return undefined
      this.#queries.take(queries, start)
      const numbers = new Float32Array(logits === undefined ? 0 : vocabulary * keptOf(wanted, length).count)
      if (logits !== undefined) this.#backend.read(logits, numbers)
      return numbers
    } finally {
      graph.free()
      release()
    }
  }

  free(): void {
    this.#workspace.free()
  }
}

/** What is computed with. */
function partsOf({ first, count, wanted }: LayerPart, layers: number): readonly Part[] {
  const indices = Array.from({ length: count }, (_, i) => first + i)
  return first + count === layers && wanted !== 'none' ? [...indices, 'head'] : indices
}

function all(count: number): Slice {
  return { first: 0, count }
}

/** Columns of the last layer whose results are wanted. */
export function keptOf(wanted: Wanted, count: number): Slice {
  switch (wanted) {
    case 'none': return { first: 0, count: 0 }
    case 'last': return { first: count - 1, count: 1 }
    case 'all': return all(count)
  }
}
