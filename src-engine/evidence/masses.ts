/**
 * How much softmax mass chosen heads put from given rows on given spans, computed anew from the kept queries and the cached keys. The scores
 * of a head are not written down for longer than that head takes.
 */
import { causalMask } from '../attention/resident'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import type { Workspace } from '../ggml/workspace'
import { windowOf, type KvShape } from '../kv/layer'
import type { QueryRows } from './queries'

/** Tokens [start, end). */
export interface TokenSpan {
  readonly start: number
  readonly end: number
}

/** Where the keys of all tokens that were read are. */
export interface KeySource {
  readonly shape: KvShape
  /** Ends when a KV head can be looked at, until another is asked for. @throws what is thrown by what keeps it */
  bring(layer: number, head: number): Promise<void>
  /** f16 or f32 [d, window]: the keys of a KV head in its first places. */
  keys(graph: GraphBuilder, layer: number, head: number, window: number): Tensor
}

/** Rows that are computed together, and their scores: over a long text these are the memory that this takes. */
const rowsMax = 64
const scoresMax = 2 ** 23
const nodes = 32

export class MassRunner {
  readonly #backend: Backend
  readonly #source: KeySource
  readonly #queryHeads: number
  readonly #queries: QueryRows
  readonly #workspace: Workspace

  constructor(backend: Backend, source: KeySource, queryHeads: number, queries: QueryRows) {
    this.#backend = backend
    this.#source = source
    this.#queryHeads = queryHeads
    this.#queries = queries
    this.#workspace = backend.workspace()
  }

  /**
   * For each chosen head, in their order, and each span: the sum over the rows of the mass that a row puts on the span's tokens,
   * f32 [heads][spans]. A row's mass over all that it sees is 1.
   * @throws RangeError where a row's queries were not kept
   */
  async run(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array> {
    const masses = new Float32Array(this.#queries.heads.length * spans.length)
    for (const [index, { layer, head }] of this.#queries.heads.entries()) {
      const kvHead = Math.floor(head / (this.#queryHeads / this.#source.shape.heads))
      if (rows.end > rows.start) await this.#source.bring(layer, kvHead)
      const step = Math.max(1, Math.min(rowsMax, Math.floor(scoresMax / rows.end)))
      for (let start = rows.start; start < rows.end; start += step) {
        const weights = await this.#weights({ index, layer, kvHead }, start, Math.min(step, rows.end - start))
        addSpans(weights, spans, masses.subarray(index * spans.length, (index + 1) * spans.length))
      }
    }
    return masses
  }

  free(): void {
    this.#workspace.free()
  }

  /** Softmax weights [window] of a chosen head, summed over `count` rows. */
  async #weights({ index, layer, kvHead }: ChosenHead, start: number, count: number): Promise<Float32Array> {
    const window = windowOf(start + count)
    const { headSize } = this.#source.shape
    const graph = this.#backend.graph(nodes)
    try {
      const mask = graph.input(dataType.f16, window, count)
      const ones = graph.input(dataType.f32, count, 1)
      const queries = graph.input(dataType.f32, headSize, count)
      const scores = graph.matmulExact(this.#source.keys(graph, layer, kvHead, window), queries)
      const weights = graph.softmax(scores, mask, 1 / Math.sqrt(headSize)) // [window, rows]
      const sum = graph.matmul(graph.dense(graph.permute(weights, 1, 0, 2, 3)), ones) // [window, 1]
      graph.output(sum)
      this.#workspace.place(graph)
      this.#backend.write(mask, causalMask(window, start, count))
      this.#backend.write(ones, new Float32Array(count).fill(1))
      this.#backend.write(queries, this.#queries.of(index, start, count))
      await this.#backend.run(graph)
      const numbers = new Float32Array(window)
      this.#backend.read(sum, numbers)
      return numbers
    } finally {
      graph.free()
    }
  }
}

interface ChosenHead {
  /** Among the chosen. */
  readonly index: number
  readonly layer: number
  readonly kvHead: number
}

function addSpans(weights: Float32Array, spans: readonly TokenSpan[], masses: Float32Array): void {
  spans.forEach(({ start, end }, i) => {
    let sum = 0
    for (let place = start; place < Math.min(end, weights.length); place++) sum += weights[place] ?? 0
    masses[i] = (masses[i] ?? 0) + sum
  })
}
