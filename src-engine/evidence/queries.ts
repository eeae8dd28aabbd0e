/**
 * The queries of chosen heads, kept while a text is read, so that it can be asked afterwards where these heads looked: the fused attention
 * kernels give no weights. They are outputs that the graph computes in any case; eight heads of 128 numbers take 4 KB a token.
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import { isDense, type Tensor } from '../ggml/tensor'
import type { LayerCache } from '../model/model'
import type { Head } from './heads'

/** Queries [d, heads, tokens] of the watched layers of a graph. */
export type WatchedQueries = ReadonlyMap<number, Tensor>

/** What is told of the queries of a graph. */
export interface QueryWatch {
  /** The same cache; queries of watched layers become outputs of the graph, put into `found`. */
  through(cache: LayerCache, graph: GraphBuilder, found: Map<number, Tensor>): LayerCache
  /** Takes over what a graph for the tokens from `start` on has computed. */
  take(found: WatchedQueries, start: number): void
}

/** Both are told. */
export function bothWatch(a: QueryWatch, b: QueryWatch): QueryWatch {
  const [ofA, ofB] = [new Map<number, Tensor>(), new Map<number, Tensor>()]
  return {
    through(cache, graph) {
      ofA.clear()
      ofB.clear()
      return a.through(b.through(cache, graph, ofB), graph, ofA)
    },
    take(_found, start) {
      a.take(ofA, start)
      b.take(ofB, start)
    },
  }
}

export class QueryRows implements QueryWatch {
  readonly #backend: Backend
  readonly #headSize: number
  #heads: readonly Head[] = []
  #from = Infinity
  #layers: ReadonlySet<number> = new Set()
  /** Position -> [chosen heads][d]. */
  readonly #rows = new Map<number, Float32Array>()

  constructor(backend: Backend, headSize: number) {
    this.#backend = backend
    this.#headSize = headSize
  }

  get heads(): readonly Head[] {
    return this.#heads
  }

  /** From now on these heads at places from `from` on; what other heads left is dropped. True if the layers are others now. */
  watch(heads: readonly Head[], from: number): boolean {
    this.#from = heads.length === 0 ? Infinity : from
    if (sameHeads(heads, this.#heads)) return false
    this.#heads = [...heads]
    this.#layers = new Set(heads.map(({ layer }) => layer))
    this.#rows.clear()
    return true
  }

  through(cache: LayerCache, graph: GraphBuilder, found: Map<number, Tensor>): LayerCache {
    if (this.#layers.size === 0) return cache
    return {
      ...cache,
      attend: (layer, queries) => {
        if (this.#layers.has(layer)) {
          const kept = isDense(queries) ? queries : graph.dense(queries)
          graph.output(kept)
          found.set(layer, kept)
        }
        return cache.attend(layer, queries)
      },
    }
  }

  take(found: WatchedQueries, start: number): void {
    for (const [layer, queries] of found) this.#takeLayer(layer, queries, start)
  }

  /** Forgets the places from `length` on. */
  forget(length: number): void {
    for (const place of this.#rows.keys()) if (place >= length) this.#rows.delete(place)
  }

  /** The first place before `end` that is watched and of which nothing is kept; `end` if there is none. */
  firstMissing(end: number): number {
    let place = Math.min(this.#from, end)
    while (place < end && this.#rows.has(place)) place++
    return place
  }

  /** Queries [count, d] of the chosen head with this index. @throws RangeError where one was not kept. */
  of(index: number, first: number, count: number): Float32Array {
    const size = this.#headSize
    const queries = new Float32Array(count * size)
    for (let i = 0; i < count; i++) {
      const row = this.#rows.get(first + i)
      if (row === undefined) throw new RangeError(`The queries of token ${first + i} were not kept.`)
      queries.set(row.subarray(index * size, (index + 1) * size), i * size)
    }
    return queries
  }

  #takeLayer(layer: number, queries: Tensor, start: number): void {
    const [size, heads, tokens] = queries.shape
    const skipped = Math.max(0, this.#from - start)
    if (skipped >= tokens) return
    const numbers = new Float32Array((tokens - skipped) * heads * size)
    this.#backend.read(queries, numbers, skipped * heads * size * numbers.BYTES_PER_ELEMENT)
    for (let i = 0; i < tokens - skipped; i++) {
      const row = this.#rowAt(start + skipped + i)
      this.#heads.forEach((chosen, index) => {
        const at = (i * heads + chosen.head) * size
        if (chosen.layer === layer) row.set(numbers.subarray(at, at + size), index * size)
      })
    }
  }

  #rowAt(place: number): Float32Array {
    const row = this.#rows.get(place) ?? new Float32Array(this.#heads.length * this.#headSize)
    this.#rows.set(place, row)
    return row
  }
}

function sameHeads(a: readonly Head[], b: readonly Head[]): boolean {
  return a.length === b.length && a.every(({ layer, head }, i) => layer === b[i]?.layer && head === b[i].head)
}
