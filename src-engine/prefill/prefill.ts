/**
 * Reads a text whose keys and values need not fit memory: some thousand tokens, a super-chunk, go through layer 0 in chunks, then through layer 1,
 * and so on. Of keys and values two layers are in memory: one is computed while the past of the next comes in and the new part of the one before
 * goes out. What comes of it has the bits of a session that reads the text in the same chunks.
 */
import { fastestOn } from '../attention/exact'
import { ContextExceededError } from '../context-exceeded'
import { QueryRows } from '../evidence/queries'
import type { Backend } from '../ggml/backend'
import { windowOf } from '../kv/layer'
import type { Stretch } from '../model/chunk'
import { LayerRunner, type Wanted } from '../model/layers'
import type { Model } from '../model/model'
import { prefillChunk } from '../protocol'
import { stopReason } from '../stop-reason'
import { PrefillCourse, type PrefillProgress } from './course'
import { blockTokens, extentBytes, extentTokens, type ExtentShape } from './extent'
import { saveExtent } from './extent-copy'
import { ExtentLoader } from './extent-loader'
import type { GrowingKv, KvSegment } from './kept'
import { attentionShare } from './layer-cost'
import { LayerRooms } from './layer-rooms'
import { MovingMask } from './moving-mask'
import { stretches, superChunks } from './stretches'
import { SuperChunk } from './super-chunk'

export interface PrefillOptions {
  /** Tokens that go through a layer before any goes through the next, and that a stop loses at most: whole chunks, and a multiple of 64. */
  readonly superChunkTokens?: number
  /** As many has the first, and later ones grow to that; whole chunks, and a multiple of 64. By default all are as long. */
  readonly firstTokens?: number
  /** Tokens that are computed together. */
  readonly chunkTokens?: number
  readonly signal?: AbortSignal
  /** After each chunk of each layer. */
  readonly onProgress?: (progress: PrefillProgress) => void
  /** Waited for before each chunk of each layer: what has to come first on this backend is computed meanwhile. */
  readonly between?: () => Promise<void>
}

export interface PrefillResult {
  /** Tokens that were kept already. */
  readonly reused: number
  /** Tokens that were computed. */
  readonly prefilled: number
  /** [vocabulary] after the last token; undefined if nothing was computed. */
  readonly logits: Float32Array | undefined
}

/** Extents of the past that are under way. */
const lanes = 2

/**
 * Brings what is kept to all of these tokens. What was committed before a stop or an error stays, and a later call goes on from there.
 * @param kept of a beginning of the tokens
 * @throws ContextExceededError; RangeError without memory, or for sizes that do not fit; what `kept` throws; the reason of `signal`
 */
export async function prefill(backend: Backend, model: Model, tokens: readonly number[], kept: GrowingKv, options: PrefillOptions): Promise<PrefillResult> {
  const { superChunkTokens = extentTokens, chunkTokens = prefillChunk } = options
  const firstTokens = Math.min(options.firstTokens ?? superChunkTokens, superChunkTokens)
  const reused = kept.tokens.length
  if (tokens.length > model.shape.contextMax) throw new ContextExceededError(tokens.length, model.shape.contextMax)
  if (reused === tokens.length) return { reused, prefilled: 0, logits: undefined }
  for (const size of [firstTokens, superChunkTokens]) {
    if (size % chunkTokens !== 0 || size % blockTokens !== 0) throw new RangeError(`Super-chunks of ${size} tokens are not whole chunks of ${chunkTokens} and blocks of ${blockTokens}.`)
  }
  if (reused > tokens.length || reused % chunkTokens !== 0 || reused % blockTokens !== 0) {
    throw new RangeError(`No chunk of ${chunkTokens} tokens follows ${reused} of ${tokens.length}.`)
  }
  const owned: Owned[] = []
  const own: Own = (each) => (owned.push(each), each)
  try {
    const run = new Prefill(backend, model, tokens, kept, { ...options, firstTokens, superChunkTokens, chunkTokens }, own)
    return { reused, prefilled: tokens.length - reused, logits: await run.all() }
  } finally {
    for (const each of owned) each.free()
    model.weights.giveBack()
  }
}

interface Owned {
  free(): void
}

type Own = <T extends Owned>(each: T) => T

type Sizes = Required<Pick<PrefillOptions, 'firstTokens' | 'superChunkTokens' | 'chunkTokens'>>

class Prefill {
  readonly #backend: Backend
  readonly #model: Model
  readonly #tokens: readonly number[]
  readonly #kept: GrowingKv
  readonly #options: PrefillOptions & Sizes
  readonly #course: PrefillCourse
  readonly #layers: LayerRunner
  readonly #rooms: LayerRooms
  readonly #superChunk: SuperChunk
  readonly #past: ExtentLoader
  /** One goes out while the next is filled. */
  readonly #extents: readonly [Uint8Array, Uint8Array]
  /** Milliseconds of the super-chunk in which it was computed or had to let something else come first. */
  #busy = 0

  /** @param own has to free what it is given, also where the memory for more cannot be had */
  constructor(backend: Backend, model: Model, tokens: readonly number[], kept: GrowingKv, options: PrefillOptions & Sizes, own: Own) {
    const { layers, kvHeads, headSize, width } = model.shape
    const shape: ExtentShape = { heads: kvHeads, headSize }
    const superChunk = Math.min(options.superChunkTokens, tokens.length - kept.tokens.length)
    this.#backend = backend
    this.#model = model
    this.#tokens = tokens
    this.#kept = kept
    this.#options = options
    this.#course = new PrefillCourse({ layers, tokensTotal: tokens.length, attentionShare: attentionShare(model.shape) })
    this.#layers = own(new LayerRunner(backend, model, fastestOn(backend.placement), new QueryRows(backend, headSize)))
    this.#rooms = own(new LayerRooms(backend, { ...shape, layers }, tokens.length))
    const mask = own(new MovingMask(backend, tokens.length, Math.min(options.chunkTokens, superChunk)))
    this.#superChunk = own(new SuperChunk(backend, width, superChunk, mask))
    this.#past = own(new ExtentLoader(backend, shape, Math.min(options.superChunkTokens, windowOf(tokens.length)), lanes))
    this.#extents = [new Uint8Array(extentBytes(shape, superChunk)), new Uint8Array(extentBytes(shape, superChunk))]
  }

  /** Logits [vocabulary] after the last token. */
  async all(): Promise<Float32Array | undefined> {
    let logits: Float32Array | undefined
    for (const stretch of superChunks(this.#kept.tokens.length, this.#tokens.length, this.#options)) {
      const begun = performance.now()
      this.#course.begin(stretch)
      this.#busy = 0
      const tokens = this.#tokens.slice(stretch.start, stretch.start + stretch.count)
      await this.#model.weights.lookUp(tokens)
      this.#superChunk.fill(tokens, stretch.start)
      const segment = await this.#kept.begin(tokens)
      try {
        logits = await this.#read(stretch, segment)
        await segment.commit()
        this.#course.waited(performance.now() - begun - this.#busy)
      } catch (error) {
        await segment.abandon()
        throw error
      }
    }
    return logits
  }

  /** Takes a super-chunk through all layers. What it set going has ended when it ends, well or not. */
  async #read({ start, count }: Stretch, segment: KvSegment): Promise<Float32Array | undefined> {
    const { layers, kvHeads, headSize } = this.#model.shape
    const bytes = extentBytes({ heads: kvHeads, headSize }, count)
    let [coming, going] = [this.#loadPast(0, start), Promise.resolve()]
    let logits: Float32Array | undefined
    try {
      for (let layer = 0; layer < layers; layer++) {
        await coming
        if (layer + 1 < layers) coming = this.#loadPast(layer + 1, start)
        logits = await this.#compute(layer, { start, count })
        const extent = this.#extents[layer % 2 === 0 ? 0 : 1].subarray(0, bytes)
        saveExtent(this.#backend, this.#rooms.layer(layer), { start, count }, extent)
        await going
        going = heard(segment.writeLayer(layer, extent))
      }
      await going
      return logits
    } finally {
      await Promise.allSettled([coming, going])
    }
  }

  /** Takes a super-chunk through one layer; logits [vocabulary] after the text's last token. */
  async #compute(layer: number, { start, count }: Stretch): Promise<Float32Array | undefined> {
    const { chunkTokens, signal, between, onProgress } = this.#options
    let logits: Float32Array | undefined
    for (const chunk of stretches(start, start + count, chunkTokens)) {
      const begun = performance.now()
      await between?.()
      const computing = performance.now()
      const wanted: Wanted = chunk.start + chunk.count === this.#tokens.length ? 'last' : 'none'
      const inputs = { first: layer, count: 1, start: chunk.start, wanted }
      logits = await this.#layers.run(this.#rooms, (graph) => this.#superChunk.inputs(graph, chunk), inputs, signal)
      if (logits === undefined) throw stopReason(signal)
      this.#busy += performance.now() - begun
      onProgress?.(this.#course.computed(layer, chunk, performance.now() - computing))
    }
    return logits
  }

  #loadPast(layer: number, start: number): Promise<void> {
    return heard(this.#past.load(this.#kept, this.#rooms, [layer], start, this.#options.signal))
  }
}

/** Its error is thrown where it is waited for, perhaps later. */
function heard(work: Promise<void>): Promise<void> {
  work.catch(() => undefined)
  return work
}
