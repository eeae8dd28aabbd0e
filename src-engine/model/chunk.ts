/**
 * Reads a chunk of tokens: a graph for each layer, or for some that are brief together, so that progress is told in between.
 */
import { wholeMask } from '../attention/chunk-mask'
import type { AttentionWay } from '../attention/exact'
import { causalMask } from '../attention/resident'
import type { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { dataType, elementBytes, type Tensor } from '../ggml/tensor'
import type { TensorStore } from '../ggml/tensor-store'
import { windowOf } from '../kv/layer'
import type { ResidentKv } from '../kv/resident'
import { LayerRunner, type ChunkInputs, type Wanted } from './layers'
import type { Model } from './model'
import { wholeModel } from './residency'

export interface Chunk {
  readonly tokens: readonly number[]
  /** Place of the first token. */
  readonly start: number
  readonly wanted: Wanted
}

/** Tokens that follow one another. */
export interface Stretch {
  readonly start: number
  readonly count: number
}

export interface ChunkOptions {
  readonly signal?: AbortSignal
  /** Called after each layer, or after some. */
  readonly onLayer?: (done: number, layers: number) => void
}

/** Milliseconds up to which layers share a graph: to start a computation on another thread takes some tenths of one. */
const graphMs = 40
/** Numbers of a mask that are made and written at once. */
const maskPart = 2 ** 20

export class ChunkRunner {
  readonly #backend: Backend
  readonly #model: Model
  readonly #layers: LayerRunner
  /** Milliseconds of the layers that were computed last, for each layer and token. */
  #pace = Infinity

  constructor(backend: Backend, model: Model, attention: AttentionWay, queries: QueryRows) {
    this.#backend = backend
    this.#model = model
    this.#layers = new LayerRunner(backend, model, attention, queries)
  }

  /** Logits [vocabulary] of each wanted token, one after the other; undefined if it was stopped, and then the chunk does not count as read. */
  async run(kv: ResidentKv, { tokens, start, wanted }: Chunk, { signal, onLayer }: ChunkOptions): Promise<Float32Array | undefined> {
    const { weights, shape: { layers } } = this.#model
    await weights.lookUp(tokens)
    const release = await weights.hold(wholeModel(layers))
    const store = this.#fill(tokens, start)
    try {
      for (let first = 0; ;) {
        const count = layersTogether(this.#pace * tokens.length, layers - first)
        const begun = performance.now()
        const result = await this.#layers.run(kv, () => store.inputs, { first, count, start, wanted }, signal)
        if (result === undefined) return undefined
        first += count
        onLayer?.(first, layers)
        if (first === layers) return result
        // The last layer does not compute all: it would tell too little.
        this.#pace = (performance.now() - begun) / (count * tokens.length)
      }
    } finally {
      store.free()
      release()
    }
  }

  /**
   * Milliseconds that each of some layers takes over `count` tokens at `start`; undefined if it was stopped. What the cache holds in these places is
   * spoiled. The first layer is computed before the clock starts: it fetches the memory that computing takes.
   */
  async time(kv: ResidentKv, { start, count }: Stretch, layers: readonly number[], signal?: AbortSignal): Promise<readonly number[] | undefined> {
    const tokens = new Array<number>(count).fill(0)
    await this.#model.weights.lookUp(tokens)
    const store = this.#fill(tokens, start)
    const compute = (layer: number): Promise<Float32Array | undefined> =>
      this.#layers.run(kv, () => store.inputs, { first: layer, count: 1, start, wanted: 'none' }, signal)
    try {
      if (await compute(0) === undefined) return undefined
      const each: number[] = []
      for (const layer of layers) {
        const begun = performance.now()
        if (await compute(layer) === undefined) return undefined
        each.push(performance.now() - begun)
      }
      return each
    } finally {
      store.free()
    }
  }

  free(): void {
    this.#layers.free()
  }

  #fill(tokens: readonly number[], start: number): { readonly inputs: ChunkInputs; free(): void } {
    const count = tokens.length
    const window = windowOf(start + count)
    const store: TensorStore = this.#backend.store([
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.i32, shape: [count, 1, 1, 1] },
      { type: dataType.f16, shape: [window, count, 1, 1] },
      { type: dataType.f32, shape: [this.#model.shape.width, count, 1, 1] },
    ], this.#backend.home)
    const [ids, positions, mask, hidden] = store.tensors
    if (ids === undefined || positions === undefined || mask === undefined || hidden === undefined) throw new Error('A store lost a tensor.')
    this.#backend.write(ids, Int32Array.from(tokens))
    this.#backend.write(positions, Int32Array.from(tokens, (_, i) => start + i))
    this.#draw(mask, start)
    return { inputs: { tokens: ids, positions, mask: wholeMask(mask), hidden }, free: () => store.free() }
  }

  /** Some rows at a time: a device's driver takes as long for a row as for many. */
  #draw(mask: Tensor, start: number): void {
    const [window, count] = mask.shape
    const together = Math.max(1, Math.min(count, Math.floor(maskPart / window)))
    for (let first = 0; first < count; first += together) {
      const rows = Math.min(together, count - first)
      this.#backend.write(mask, causalMask(window, start + first, rows), first * window * elementBytes(mask.type))
    }
  }
}

/** How many of the layers that are left share a graph, from the milliseconds that one takes. */
export function layersTogether(layerMs: number, left: number): number {
  return Math.max(1, Math.min(left, Math.floor(graphMs / layerMs)))
}
