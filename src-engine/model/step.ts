/**
 * One token after the other, or a few at a time, each with the numbers that it would have alone. The graph is built for a window of the cache
 * and serves every step until the tokens outgrow it.
 */
import { stepMask, stepMaskType, type AttentionWay, type StepMask } from '../attention/exact'
import { fillValuePlaces, stepCache, type StepPast } from '../attention/resident'
import type { QueryRows, WatchedQueries } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { Workspace } from '../ggml/workspace'
import { windowOf } from '../kv/layer'
import type { Model } from './model'
import { wholeModel } from './residency'

const nodesPerLayer = 96
const nodesBesides = 64
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
  /** i32: the tokens, their places in the text and in its tail, and where V lies by number the places of their single numbers in that. */
  readonly whole: Int32Array
  /** [window, tokens] */
  readonly mask: StepMask
}

export interface StepOptions {
  readonly attention: AttentionWay
  readonly queries: QueryRows
  /** Tokens of each run. */
  readonly count: number
}

export class StepRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #past: StepPast
  readonly #attention: AttentionWay
  readonly #queries: QueryRows
  readonly #count: number
  readonly #workspace: Workspace
  #built: StepGraph | undefined
  #lastMs = Infinity

  constructor(backend: Backend, model: Model, past: StepPast, { attention, queries, count }: StepOptions) {
    this.#backend = backend
    this.#model = model
    this.#past = past
    this.#attention = attention
    this.#queries = queries
    this.#count = count
    this.#workspace = backend.workspace()
  }

  /**
   * Writes into `logits` [vocabulary, tokens] what follows each of the tokens, the first of which is at `place`; false if it was stopped, or what it looks at
   * failed.
   */
  async run(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    const { weights, shape } = this.#model
    await weights.lookUp(tokens)
    const release = await weights.hold(wholeModel(shape.layers))
    try {
      return await this.#run(tokens, place, logits, signal)
    } finally {
      release()
      // Their places are in the graph.
      if (weights.residency !== 'resident') this.forget()
    }
  }

  async #run(tokens: readonly number[], place: number, logits: Float32Array, signal: AbortSignal | undefined): Promise<boolean> {
    const built = this.#for(place + tokens.length)
    this.#fill(built, tokens, place)
    const begun = performance.now()
    const end = await this.#backend.run(built.graph, signal, this.#lastMs <= briefMs)
    this.#lastMs = performance.now() - begun
    if (end === 'stopped' || this.#past.failed === true) return false
    this.#backend.read(built.logits, logits)
    this.#queries.take(built.queries, place)
    return true
  }

  /** Drops the graph: the tensors of the tail, or the layers that are watched, are others now. */
  forget(): void {
    this.#built?.graph.free()
    this.#built = undefined
  }

  free(): void {
    this.forget()
    this.#workspace.free()
  }

  /** @param end how many tokens the cache holds afterwards */
  #for(end: number): StepGraph {
    const window = windowOf(end)
    if (this.#built?.window === window) return this.#built
    this.forget()
    this.#built = this.#build(window)
    this.#workspace.place(this.#built.graph)
    // A card's driver may translate a shader that no graph had before, which takes seconds.
    this.#lastMs = Infinity
    return this.#built
  }

  #build(window: number): StepGraph {
    const { layers, kvHeads, headSize } = this.#model.shape
    const graph = this.#backend.graph(nodesBesides + nodesPerLayer * layers)
    const count = this.#count
    const isByToken = this.#past.tail.layers.every(({ valueRows }) => valueRows === 'by token')
    const values = isByToken ? 0 : kvHeads * headSize * count
    const numbers = graph.input(dataType.i32, 3 * count + values)
    const mask = graph.input(stepMaskType(this.#attention), window, count)
    const [tokens, positions, places] = [0, 1, 2].map((list) => numberList(graph, numbers, list * count, count)) as [Tensor, Tensor, Tensor]
    const valuePlaces = isByToken ? places : numberList(graph, numbers, 3 * count, values)
    const queries = new Map<number, Tensor>()
    const options = { way: this.#attention, threads: this.#backend.threadsMax }
    const plain = stepCache(graph, this.#past, { window, positions, places: { keys: places, values: valuePlaces }, mask, options })
    const cache = this.#queries.through(plain, graph, queries)
    let x = this.#model.embed(graph, tokens)
    for (let layer = 0; layer < layers; layer++) x = this.#model.layer(graph, layer, x, cache) ?? x
    const logits = this.#model.head(graph, x)
    graph.output(logits)
    const buffers = { whole: new Int32Array(3 * count + values), mask: stepMask(mask.type, window * count) }
    return { graph, window, inputs: { numbers, mask }, numbers: buffers, logits, queries }
  }

  #fill({ window, inputs, numbers: { whole, mask } }: StepGraph, tokens: readonly number[], place: number): void {
    const count = this.#count
    tokens.forEach((token, i) => {
      whole[i] = token
      whole[count + i] = place + i
      whole[2 * count + i] = place + i - this.#past.first
      mask.numbers.fill(0, i * window, i * window + place + i + 1).fill(mask.minusInfinity, i * window + place + i + 1, (i + 1) * window)
    })
    fillValuePlaces(whole.subarray(3 * count), this.#past.tail.capacity, place - this.#past.first, count)
    this.#backend.write(inputs.numbers, whole)
    this.#backend.write(inputs.mask, mask.numbers)
  }
}

/** `count` numbers of an i32 list. */
function numberList(graph: GraphBuilder, list: Tensor, first: number, count: number): Tensor {
  const bytes = elementBytes(list.type)
  return graph.view(list, [count, 1, 1, 1], [count * bytes, count * bytes, count * bytes], first * bytes)
}
