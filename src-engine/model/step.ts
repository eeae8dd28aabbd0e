/**
 * One token after the other. The graph is built for a window of the cache and serves every step until the tokens outgrow it.
 */
import type { AttentionWay } from '../attention/exact'
import { stepCache, valuePlaces } from '../attention/resident'
import type { QueryRows, WatchedQueries } from '../evidence/queries'
import type { Backend, Workspace } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import { windowStep, type ResidentKv } from '../kv/resident'
import type { Model } from './model'

const nodesPerLayer = 64
const nodesBesides = 64
const minusInfinity = 0xfc00

interface StepGraph {
  readonly graph: GraphBuilder
  readonly window: number
  readonly token: Tensor
  readonly position: Tensor
  readonly keyPlace: Tensor
  readonly valuePlaces: Tensor
  readonly mask: Tensor
  readonly logits: Tensor
  readonly queries: WatchedQueries
}

export class StepRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #kv: ResidentKv
  readonly #attention: AttentionWay
  readonly #queries: QueryRows
  readonly #workspace: Workspace
  #built: StepGraph | undefined

  constructor(backend: Backend, model: Model, kv: ResidentKv, attention: AttentionWay, queries: QueryRows) {
    this.#backend = backend
    this.#model = model
    this.#kv = kv
    this.#attention = attention
    this.#queries = queries
    this.#workspace = backend.workspace()
  }

  /** Writes into `logits` [vocabulary] what follows `token` at `place`; false if it was stopped. */
  async run(token: number, place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    if (await this.#kv.reserve(place + 1)) this.forget()
    const built = this.#for(place)
    const backend = this.#backend
    backend.write(built.token, Int32Array.of(token))
    backend.write(built.position, Int32Array.of(place))
    backend.write(built.keyPlace, Int32Array.of(place))
    backend.write(built.valuePlaces, valuePlaces(this.#kv, place))
    backend.write(built.mask, new Uint16Array(built.window).fill(minusInfinity, place + 1))
    if (await backend.run(built.graph, signal) === 'stopped') return false
    backend.read(built.logits, logits)
    this.#queries.take(built.queries, place)
    return true
  }

  /** Drops the graph: the tensors of the cache, or the layers that are watched, are others now. */
  forget(): void {
    this.#built?.graph.free()
    this.#built = undefined
  }

  free(): void {
    this.forget()
    this.#workspace.free()
  }

  #for(place: number): StepGraph {
    const window = Math.min(this.#kv.capacity, Math.ceil((place + 1) / windowStep) * windowStep)
    if (this.#built?.window === window) return this.#built
    this.forget()
    this.#built = this.#build(window)
    this.#workspace.place(this.#built.graph)
    return this.#built
  }

  #build(window: number): StepGraph {
    const { shape } = this.#model
    const graph = this.#backend.graph(nodesBesides + nodesPerLayer * shape.layers)
    const inputs = {
      token: graph.input(dataType.i32, 1),
      position: graph.input(dataType.i32, 1),
      keyPlace: graph.input(dataType.i32, 1),
      valuePlaces: graph.input(dataType.i32, shape.kvHeads * shape.headSize),
      mask: graph.input(dataType.f16, window, 1),
    }
    const places = { keys: inputs.keyPlace, values: inputs.valuePlaces }
    const queries = new Map<number, Tensor>()
    const plain = stepCache(graph, this.#kv, { window, positions: inputs.position, places, mask: inputs.mask, way: this.#attention })
    const cache = this.#queries.through(plain, graph, queries)
    let x = this.#model.embed(graph, inputs.token)
    for (let layer = 0; layer < shape.layers; layer++) x = this.#model.layer(graph, layer, x, cache) ?? x
    const logits = this.#model.head(graph, x)
    graph.output(logits)
    return { graph, window, ...inputs, logits, queries }
  }
}
