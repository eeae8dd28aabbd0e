/**
 * One token after the other. The graph is built for a window of the cache and serves every step until the tokens outgrow it.
 */
import type { AttentionWay } from '../attention/exact'
import { fillValuePlaces, stepCache } from '../attention/resident'
import type { QueryRows, WatchedQueries } from '../evidence/queries'
import type { Backend, Workspace } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import { windowStep, type ResidentKv } from '../kv/resident'
import type { Model } from './model'

const nodesPerLayer = 64
const nodesBesides = 64
const minusInfinity = 0xfc00
/** Milliseconds of a step up to which JavaScript may wait for it: what comes meanwhile, a stop above all, is heard after it. */
const briefMs = 10

interface StepGraph {
  readonly graph: GraphBuilder
  readonly window: number
  readonly numbers: StepNumbers
  readonly inputs: { readonly numbers: Tensor; readonly mask: Tensor }
  readonly logits: Tensor
  readonly queries: WatchedQueries
}

/** What the inputs of a graph are filled with, made once for it. */
interface StepNumbers {
  /** i32: the token, its place, the places of its single numbers in V. */
  readonly whole: Int32Array
  /** f16 [window] */
  readonly mask: Uint16Array
}

export class StepRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #kv: ResidentKv
  readonly #attention: AttentionWay
  readonly #queries: QueryRows
  readonly #workspace: Workspace
  #built: StepGraph | undefined
  #lastMs = Infinity

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
    this.#fill(built, token, place)
    const begun = performance.now()
    const end = await this.#backend.run(built.graph, signal, this.#lastMs <= briefMs)
    this.#lastMs = performance.now() - begun
    if (end === 'stopped') return false
    this.#backend.read(built.logits, logits)
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
    const { layers, kvHeads, headSize } = this.#model.shape
    const graph = this.#backend.graph(nodesBesides + nodesPerLayer * layers)
    const values = kvHeads * headSize
    const numbers = graph.input(dataType.i32, 2 + values)
    const mask = graph.input(dataType.f16, window, 1)
    const [token, place, valuePlaces] = [numberList(graph, numbers, 0, 1), numberList(graph, numbers, 1, 1), numberList(graph, numbers, 2, values)]
    const queries = new Map<number, Tensor>()
    const plain = stepCache(graph, this.#kv, { window, positions: place, places: { keys: place, values: valuePlaces }, mask, way: this.#attention })
    const cache = this.#queries.through(plain, graph, queries)
    let x = this.#model.embed(graph, token)
    for (let layer = 0; layer < layers; layer++) x = this.#model.layer(graph, layer, x, cache) ?? x
    const logits = this.#model.head(graph, x)
    graph.output(logits)
    const buffers = { whole: new Int32Array(2 + values), mask: new Uint16Array(window) }
    return { graph, window, inputs: { numbers, mask }, numbers: buffers, logits, queries }
  }

  #fill({ inputs, numbers: { whole, mask } }: StepGraph, token: number, place: number): void {
    whole[0] = token
    whole[1] = place
    fillValuePlaces(whole.subarray(2), this.#kv.capacity, place)
    mask.fill(0, 0, place + 1).fill(minusInfinity, place + 1)
    this.#backend.write(inputs.numbers, whole)
    this.#backend.write(inputs.mask, mask)
  }
}

/** `count` numbers of an i32 list. */
function numberList(graph: GraphBuilder, list: Tensor, first: number, count: number): Tensor {
  const bytes = elementBytes(list.type)
  return graph.view(list, [count, 1, 1, 1], [count * bytes, count * bytes, count * bytes], first * bytes)
}
