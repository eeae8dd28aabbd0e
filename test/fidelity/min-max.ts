/** The bound of Quest (arXiv 2406.10774): of a block's keys the least and the most of each number, and the most that a product with them can be. */
import type { Backend } from '../../src-engine/ggml/backend'
import type { GraphBuilder } from '../../src-engine/ggml/graph'
import type { Tensor } from '../../src-engine/ggml/tensor'
import { extentBytes } from '../../src-engine/prefill/extent'
import type { KeptKv } from '../../src-engine/prefill/kept'
import type { BlockScorer } from '../../src-engine/retrieval/scorer'
import { halves } from '../../src-engine/half'
import type { Place } from './ways'

interface Bounds {
  /** f32 [KV heads][blocks][d] */
  readonly least: Float32Array
  readonly most: Float32Array
}

export class MinMaxScorer implements BlockScorer {
  readonly choiceTokens = 64
  readonly #backend: Backend
  readonly #place: Place
  readonly #layers: readonly Bounds[]
  #queries: Tensor | undefined

  private constructor(place: Place, layers: readonly Bounds[]) {
    this.#backend = place.backend
    this.#place = place
    this.#layers = layers
  }

  static async make(place: Place, kept: KeptKv): Promise<MinMaxScorer> {
    const layers: Bounds[] = []
    const extent = new Uint8Array(extentBytes(place.shape, place.blocks * 64))
    for (let layer = 0; layer < place.shape.layers; layer++) {
      await kept.readLayer(layer, 0, place.blocks * 64, extent)
      layers.push(boundsOf(new Uint16Array(extent.buffer), place.shape.headSize))
    }
    return new MinMaxScorer(place, layers)
  }

  begin(): void {
    this.#queries = undefined
  }

  add(graph: GraphBuilder, _layer: number, queries: Tensor): void {
    graph.output(queries)
    this.#queries = queries
  }

  masses(layer: number): Float32Array {
    const { shape, heads, blocks } = this.#place
    const d = shape.headSize
    const queries = new Float32Array(heads * d)
    if (this.#queries !== undefined) this.#backend.read(this.#queries, queries)
    const masses = new Float32Array(heads * blocks)
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / (heads / shape.heads))
      const own = masses.subarray(head * blocks, (head + 1) * blocks)
      const query = queries.subarray(head * d, (head + 1) * d)
      for (let block = 0; block < blocks; block++) own[block] = this.#bound(layer, (kvHead * blocks + block) * d, query) / Math.sqrt(d)
      softmax(own)
    }
    return masses
  }

  free(): void {
    this.#queries = undefined
  }

  #bound(layer: number, at: number, query: Float32Array): number {
    const bounds = this.#layers[layer]
    let sum = 0
    for (let i = 0; i < query.length; i++) sum += Math.max((query[i] ?? 0) * (bounds?.least[at + i] ?? 0), (query[i] ?? 0) * (bounds?.most[at + i] ?? 0))
    return sum
  }
}

/** Of an extent `[KV head][block][K | V]`. */
function boundsOf(extent: Uint16Array, d: number): Bounds {
  const half = 64 * d
  const least = new Float32Array(extent.length / 128).fill(Infinity)
  const most = new Float32Array(least.length).fill(-Infinity)
  for (let block = 0; block < extent.length / (2 * half); block++) {
    for (let i = 0; i < half; i++) {
      const [key, at] = [halves[extent[2 * block * half + i] ?? 0] ?? 0, block * d + (i % d)]
      least[at] = Math.min(least[at] ?? 0, key)
      most[at] = Math.max(most[at] ?? 0, key)
    }
  }
  return { least, most }
}

function softmax(scores: Float32Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  for (let i = 0; i < scores.length; i++) scores[i] = Math.exp((scores[i] ?? 0) - most)
  const sum = scores.reduce((a, b) => a + b, 0)
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) / sum
}
