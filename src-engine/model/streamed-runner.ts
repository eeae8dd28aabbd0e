/** Computes tokens whose past comes into memory head by head: layer after layer, each in pieces (`attention/streamed.ts`). */
import type { AttentionWay } from '../attention/exact'
import { attendHead, backCache, frontCache } from '../attention/streamed'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import type { GraphBuilder, Slice } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import { Passage } from '../kv/passage'
import type { StreamedKv } from '../kv/streamed'
import type { ChunkOptions } from './chunk'
import { HeadLanes, type Lane } from './head-lanes'
import { LayerWork, type StreamedChunk } from './layer-work'
import type { Model } from './model'
import { wholeModel } from './residency'

/** Tokens of a chunk that look at a KV head of a layer. */
interface HeadPart {
  readonly layer: number
  readonly head: number
  readonly part: Slice
}

/** Of what is computed at once: pieces of two layers at most, or attention in parts. For each head some more. */
const nodesBesides = 1024
const nodesPerHead = 8

export class StreamedRunner {
  readonly #backend: Backend
  readonly #lanes: HeadLanes
  readonly #model: Model
  readonly #attention: AttentionWay
  readonly #queries: QueryRows

  constructor(backend: Backend, model: Model, attention: AttentionWay, queries: QueryRows) {
    this.#backend = backend
    this.#lanes = new HeadLanes(backend)
    this.#model = model
    // What comes in is in the processor's memory, and is attended there.
    this.#attention = attention === 'fused' ? 'fastest' : attention
    this.#queries = queries
  }

  /**
   * Logits [vocabulary] of each wanted token, one after the other; undefined if it was stopped, and then the chunk does not count as read.
   * @throws what `StreamedKv.bring` and `ModelWeights.hold` throw
   */
  async run(kv: StreamedKv, chunk: StreamedChunk, { signal, onLayer }: ChunkOptions): Promise<Float32Array | undefined> {
    const { weights, shape: { layers, kvHeads } } = this.#model
    await weights.lookUp(chunk.tokens)
    const release = await weights.hold(wholeModel(layers))
    // Nobody asks what the last layer finds where no logits are wanted.
    const passage = new Passage(kv, (chunk.wanted === 'none' ? layers - 1 : layers) * kvHeads, signal)
    let work: LayerWork | undefined
    try {
      work = new LayerWork(this.#backend, this.#model, kv, chunk)
      for (let layer = 0; layer < layers; layer++) {
        if (!(await this.#join(work, layer, signal))) return undefined
        if (work.isWanted(layer) && !(await this.#attend(work, layer, passage, signal))) return undefined
        onLayer?.(layer + 1, layers)
      }
      if (work.isWanted(layers - 1) && !(await this.#join(work, layers, signal))) return undefined
      return work.logits
    } finally {
      await passage.end()
      work?.free()
      release()
    }
  }

  free(): void {
    this.#lanes.free()
  }

  /** What comes between the attention of two layers: the back of one, or the embedding, and the front of the next, or the head. */
  #join(work: LayerWork, layer: number, signal: AbortSignal | undefined): Promise<boolean> {
    const found = new Map<number, Tensor>()
    return this.#compute(this.#lanes.all, signal, (graph) => {
      const x = layer === 0 ? this.#model.embed(graph, work.ids) : this.#back(graph, work, layer - 1)
      if (layer === this.#model.shape.layers) {
        graph.run(graph.copy(this.#model.head(graph, x), work.logitsPlace))
        return
      }
      graph.run(graph.copy(x, work.hidden))
      const cache = frontCache(graph, work.isWanted(layer) ? work.between(graph, layer) : undefined, work.frontPlace(layer))
      this.#model.layer(graph, layer, x, this.#queries.through(cache, graph, found))
    }, () => this.#queries.take(found, work.chunk.start))
  }

  /** Hidden states after a layer, from what it found. */
  #back(graph: GraphBuilder, work: LayerWork, layer: number): Tensor {
    const x = this.#model.layer(graph, layer, work.hidden, backCache(graph, work.between(graph, layer), work.frontPlace(layer)))
    if (x === undefined) throw new Error(`Layer ${layer} gave nothing.`)
    return x
  }

  async #attend(work: LayerWork, layer: number, passage: Passage, signal: AbortSignal | undefined): Promise<boolean> {
    const { kvHeads } = this.#model.shape
    const attend = async (head: number, lane: Lane): Promise<boolean> => {
      const index = layer * kvHeads + head
      await passage.ready(index)
      for (const part of work.partsIn(layer)) if (!(await this.#attendPart(work, { layer, head, part }, lane, signal))) return false
      passage.attended(index)
      return true
    }
    if (work.chunk.tokensAre === 'each') return this.#lanes.each(kvHeads, attend)
    // Its parts have one mask, and computing takes so long that what is copied meanwhile does not count.
    for (let head = 0; head < kvHeads; head++) if (!(await attend(head, this.#lanes.all))) return false
    return true
  }

  #attendPart(work: LayerWork, { layer, head, part }: HeadPart, lane: Lane, signal: AbortSignal | undefined): Promise<boolean> {
    const attention = { way: this.#attention, threads: lane.backend.threadsMax }
    return this.#compute(lane, signal, (graph) =>
      attendHead(graph, work.between(graph, layer), { ...work.headPlace(graph, layer, head, part), attention }))
  }

  /** False if it was stopped. @param computed reads what the graph computed, as long as it is there */
  async #compute({ backend, workspace }: Lane, signal: AbortSignal | undefined, build: (graph: GraphBuilder) => void, computed?: () => void): Promise<boolean> {
    const graph = backend.graph(nodesBesides + nodesPerHead * this.#model.shape.heads)
    try {
      build(graph)
      workspace.place(graph)
      if ((await backend.run(graph, signal)) === 'stopped') return false
      computed?.()
      return true
    } finally {
      graph.free()
    }
  }
}
