/**
 * One token through a model of whose text only some blocks are in memory. A layer's graph is cut at its attention: what the queries look for is known
 * after the first half, and what they found is needed for the second. The second half of a layer and the first of the next are one graph.
 */
import { attendEach, fastestOn } from '../attention/exact'
import { attendWithRest } from '../attention/with-rest'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { Workspace } from '../ggml/workspace'
import { windowOf, writeKv } from '../kv/layer'
import type { LayerCache, Model } from '../model/model'
import { wholeModel } from '../model/residency'
import type { Scratch } from './scratch'
import type { BlockScorer } from './scorer'
import { TokenInputs, type TokenPlace } from './token-inputs'

const nodesMax = 512
/** Milliseconds of a graph up to which JavaScript may wait for it. */
const briefMs = 10

/** Brings what a layer's queries look for into the scratch's last slots: blocks of each KV head, of each the same number. */
type ChooseBlocks = (layer: number, masses: Float32Array) => Promise<LookedAt>

export interface LookedAt {
  /** Blocks of each KV head. */
  readonly active: number
  /** Whether these are all of the text, so that nothing is passed over. */
  readonly isWhole: boolean
}

export class TokenRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #scratch: Scratch
  readonly #scorer: BlockScorer
  readonly #watched: QueryRows
  readonly #workspace: Workspace
  readonly #inputs: TokenInputs
  #lastMs = Infinity

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, model: Model, scratch: Scratch, scorer: BlockScorer, watched: QueryRows) {
    this.#backend = backend
    this.#model = model
    this.#scratch = scratch
    this.#scorer = scorer
    this.#watched = watched
    this.#workspace = backend.workspace()
    this.#inputs = new TokenInputs(backend, model.shape, scratch)
  }

  /**
   * Writes into `logits` [vocabulary] what follows the token; false if it was stopped.
   * @param choose called for each layer with the masses [heads][blocks] of its queries: loads blocks, and gives how many slots hold what is looked at
   * @throws what `choose` throws
   */
  async run(place: TokenPlace, choose: ChooseBlocks, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    const { layers } = this.#model.shape
    const tail = windowOf(place.behind + 1)
    this.#inputs.fill(place, tail)
    this.#scorer.begin(tail, place.behind + 1)
    await this.#model.weights.lookUp([place.token])
    const release = await this.#model.weights.hold(wholeModel(layers))
    try {
      return await this.#run(place, tail, choose, logits, signal)
    } finally {
      release()
    }
  }

  async #run(place: TokenPlace, tail: number, choose: ChooseBlocks, logits: Float32Array, signal: AbortSignal | undefined): Promise<boolean> {
    const { layers } = this.#model.shape
    let lookedAt: LookedAt = { active: 0, isWhole: true }
    for (let layer = 0; layer <= layers; layer++) {
      const graph = this.#backend.graph(nodesMax)
      try {
        const watched = new Map<number, Tensor>()
        const found = this.#build(graph, layer, lookedAt, tail, watched)
        this.#workspace.place(graph)
        const begun = performance.now()
        const end = await this.#backend.run(graph, signal, this.#lastMs <= briefMs)
        this.#lastMs = performance.now() - begun
        if (end === 'stopped') return false
        this.#watched.take(watched, place.position)
        if (layer < layers) lookedAt = await choose(layer, await this.#scorer.masses(layer))
        else this.#backend.read(found, logits)
      } finally {
        graph.free()
      }
    }
    return true
  }

  free(): void {
    this.#workspace.free()
    this.#inputs.free()
  }

  /** From the attention of the layer before to that of this one; from the last one's to the logits. */
  #build(graph: GraphBuilder, layer: number, lookedAt: LookedAt, tail: number, watched: Map<number, Tensor>): Tensor {
    const x = layer === 0 ? this.#model.embed(graph, this.#inputs.token(graph)) : this.#after(graph, layer - 1, lookedAt, tail)
    if (layer === this.#model.shape.layers) {
      const logits = this.#model.head(graph, x)
      graph.output(logits)
      return logits
    }
    graph.run(graph.copy(x, this.#inputs.hidden))
    this.#model.layer(graph, layer, x, this.#watched.through(this.#cacheBefore(graph, tail), graph, watched))
    return x
  }

  /** The layer from its attention on. What leads to it is built once more, but nothing that is computed needs it. */
  #after(graph: GraphBuilder, layer: number, { active, isWhole }: LookedAt, tail: number): Tensor {
    const attention = { way: fastestOn(this.#backend.placement), threads: this.#backend.threadsMax }
    const x = this.#model.layer(graph, layer, this.#inputs.hidden, {
      positions: this.#inputs.position(graph),
      write: () => undefined,
      attend: () => {
        const window = this.#scratch.window(graph, layer, active, tail)
        const rest = isWhole ? undefined : this.#scorer.rest?.of(graph, layer)
        const mask = this.#inputs.mask(graph, active, tail)
        if (rest === undefined) return attendEach(graph, this.#inputs.queries, window, mask, attention)
        return attendWithRest(graph, this.#inputs.queries, window, mask, rest, attention)
      },
      keep: (kept) => kept,
    })
    if (x === undefined) throw new Error('A layer gave no result.')
    return x
  }

  /** The cache up to where a layer's queries are known. */
  #cacheBefore(graph: GraphBuilder, tail: number): LayerCache {
    const places = this.#inputs.places(graph)
    return {
      positions: this.#inputs.position(graph),
      write: (layer, keys, values) => writeKv(graph, this.#scratch.layer(layer), keys, values, places),
      attend: (layer, queries) => {
        graph.run(graph.copy(queries, this.#inputs.queries))
        this.#scorer.add(graph, layer, queries, this.#scratch.tailKeys(graph, layer, tail))
        return undefined
      },
      keep: (x) => x,
    }
  }
}
