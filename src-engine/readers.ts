/** Who reads a session's tokens: with all keys and values in memory, or with those of a reading streamed, as the budget and the text ask for. */
import { chooseBeginning, tokensMaxOf, type AnyReader, type Beginning, type BeginningPlace, type TextPlan } from './beginning'
import type { Backend } from './ggml/backend'
import { layersOnDevices } from './ggml/placement'
import { windowOf, type KvType } from './kv/layer'
import { StreamedKv } from './kv/streamed'
import type { Model } from './model/model'
import { ResidentReader } from './model/resident-reader'
import { StreamedReader } from './model/streamed-reader'
import type { TokenReader } from './model/token-reader'
import type { RetrievalTold } from './protocol'
import { extentTokens } from './prefill/extent'
import { ExtentLoader } from './prefill/extent-loader'
import { RetrievalReader } from './retrieval/reader'

/** Extents that are under way while kept keys and values come in. */
const loadLanes = 4

interface ReadersOptions extends Pick<BeginningPlace, 'attention' | 'queries' | 'contextMax'> {
  readonly kvType: KvType
}

export class Readers {
  readonly #backend: Backend
  readonly #model: Model
  readonly #options: ReadersOptions
  readonly #place: BeginningPlace
  #current: AnyReader

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, model: Model, options: ReadersOptions) {
    const { layers, kvHeads, headSize } = model.shape
    this.#backend = backend
    this.#model = model
    this.#options = options
    this.#place = { ...options, shape: { layers, heads: kvHeads, headSize }, processorLayers: layers - layersOnDevices(backend.placement) }
    this.#current = this.#resident(0)
  }

  get current(): TokenReader {
    return this.#current
  }

  /** What was not looked at since the last chunk; undefined where all was. */
  get retrieval(): RetrievalTold | undefined {
    return this.#current instanceof RetrievalReader ? this.#current.told : undefined
  }

  /**
   * How the text is begun; undefined where the current reader goes on from what it holds.
   * @throws KvBudgetError if the budget is too small even for streaming
   */
  beginning(text: TextPlan): Beginning | undefined {
    const current = this.#current
    const beginning = chooseBeginning(text, current, this.#place)
    if (beginning !== undefined || text.kept === undefined) return beginning
    if (current instanceof StreamedReader) current.kv.keptIn(text.kept)
    if (current instanceof RetrievalReader) current.keptIn(text.kept)
    return undefined
  }

  /** Begins a text anew: whatever was held is lost. @throws RangeError if there is not enough memory; what `kept` throws; the reason of `signal` */
  async begin(beginning: Beginning, signal: AbortSignal | undefined): Promise<void> {
    if (beginning.attention === 'streamed') {
      const { plan, kept, taken } = beginning
      await this.#replace(async () => {
        const kv = await StreamedKv.open(this.#backend, this.#place, plan, kept, taken, signal)
        return new StreamedReader(this.#backend, this.#model, kv, this.#options)
      })
      return
    }
    if (beginning.attention === 'retrieval') {
      const { plan, kept, taken } = beginning
      await this.#replace(() => RetrievalReader.open(this.#backend, this.#model, { kept, count: taken }, { ...plan, queries: this.#options.queries, signal }))
      return
    }
    const { kept, taken, tokensMax, reader } = beginning
    if (reader === 'new') await this.#replace(() => this.#resident(tokensMax))
    if (kept === undefined || taken === 0 || !(this.#current instanceof ResidentReader)) return
    const { kv } = this.#current
    const loader = new ExtentLoader(this.#backend, this.#place.shape, Math.min(extentTokens, windowOf(taken)), loadLanes)
    await loader.load(kept, kv, kv.layers.map((_, layer) => layer), taken, signal).finally(() => loader.free())
  }

  /** One with all in memory; what was held may be lost. @throws RangeError if there is not enough memory */
  async resident(tokensMax: number): Promise<ResidentReader> {
    const found = this.#current
    if (found instanceof ResidentReader) {
      await found.reserve(tokensMax, 'exact')
      return found
    }
    found.free()
    const reader = this.#resident(0)
    this.#current = reader
    await reader.reserve(tokensMax, 'exact')
    return reader
  }

  /** Tokens that there will be at most. */
  tokensMax(text: TextPlan): number {
    return tokensMaxOf(text, this.#options)
  }

  free(): void {
    this.#current.free()
  }

  #resident(tokens: number): ResidentReader {
    const { contextMax, ...options } = this.#options
    return new ResidentReader(this.#backend, this.#model, { ...options, tokens, tokensMax: contextMax })
  }

  /** The memory of one reader is given back before the next takes its own. */
  async #replace(open: () => AnyReader | Promise<AnyReader>): Promise<void> {
    this.#current.free()
    try {
      this.#current = await open()
    } catch (error) {
      this.#current = this.#resident(0)
      throw error
    }
  }
}
