/**
 * How much softmax mass chosen heads put from given rows on given spans, computed anew from the kept queries and the cached keys. The scores
 * of a head are not written down for longer than that head takes.
 */
import { causalMask } from '../attention/resident'
import type { Backend, Workspace } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { dataType, type Tensor } from '../ggml/tensor'
import { kvWindow, windowOf, type ResidentKv } from '../kv/resident'
import type { QueryRows } from './queries'

/** Tokens [start, end). */
export interface TokenSpan {
  readonly start: number
  readonly end: number
}

/** Rows that are computed together: their scores over a long text are the memory that this takes. */
const rowsMax = 64
const nodesPerHead = 12
const nodesBesides = 8

export class MassRunner {
  readonly #backend: Backend
  readonly #kv: ResidentKv
  readonly #queryHeads: number
  readonly #queries: QueryRows
  readonly #workspace: Workspace

  constructor(backend: Backend, kv: ResidentKv, queryHeads: number, queries: QueryRows) {
    this.#backend = backend
    this.#kv = kv
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
    for (let start = rows.start; start < rows.end; start += rowsMax) {
      const weights = await this.#weights(start, Math.min(rowsMax, rows.end - start))
      weights.forEach((ofHead, head) => addSpans(ofHead, spans, masses.subarray(head * spans.length, (head + 1) * spans.length)))
    }
    return masses
  }

  free(): void {
    this.#workspace.free()
  }

  /** Softmax weights [window] of each head, summed over `count` rows. */
  async #weights(start: number, count: number): Promise<readonly Float32Array[]> {
    const window = windowOf(start + count)
    const { heads } = this.#queries
    const graph = this.#backend.graph(nodesPerHead * heads.length + nodesBesides)
    try {
      const mask = graph.input(dataType.f16, window, count)
      const ones = graph.input(dataType.f32, count, 1)
      const inputs = heads.map(() => graph.input(dataType.f32, this.#kv.shape.headSize, count))
      const sums = inputs.map((queries, i) => this.#addHead(graph, i, queries, { window, mask, ones }))
      this.#workspace.place(graph)
      this.#backend.write(mask, causalMask(window, start, count))
      this.#backend.write(ones, new Float32Array(count).fill(1))
      inputs.forEach((queries, i) => this.#backend.write(queries, this.#queries.of(i, start, count)))
      await this.#backend.run(graph)
      return sums.map((sum) => {
        const numbers = new Float32Array(window)
        this.#backend.read(sum, numbers)
        return numbers
      })
    } finally {
      graph.free()
    }
  }

  #addHead(graph: GraphBuilder, index: number, queries: Tensor, { window, mask, ones }: { window: number; mask: Tensor; ones: Tensor }): Tensor {
    const chosen = this.#queries.heads[index]
    if (chosen === undefined) throw new RangeError(`There are not ${index + 1} chosen heads.`)
    const { keys } = kvWindow(graph, this.#kv.layer(chosen.layer), window)
    const [d, , kvHeads] = keys.shape
    const kvHead = Math.floor(chosen.head / (this.#queryHeads / kvHeads))
    const own = graph.view(keys, [d, window, 1, 1], [keys.strides[1], keys.strides[2], keys.strides[3]], kvHead * keys.strides[2])
    const weights = graph.softmax(graph.matmulExact(own, queries), mask, 1 / Math.sqrt(d)) // [window, rows]
    const sum = graph.matmul(graph.dense(graph.permute(weights, 1, 0, 2, 3)), ones) // [window, 1]
    graph.output(sum)
    return sum
  }
}

function addSpans(weights: Float32Array, spans: readonly TokenSpan[], masses: Float32Array): void {
  spans.forEach(({ start, end }, i) => {
    let sum = 0
    for (let place = start; place < Math.min(end, weights.length); place++) sum += weights[place] ?? 0
    masses[i] = (masses[i] ?? 0) + sum
  })
}
