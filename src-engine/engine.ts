/**
 * A model in memory, and sessions over it.
 */
import { cpus } from 'node:os'
import { fastestOn } from './attention/exact'
import { isRetrieved } from './beginning'
import { openBackend, type Backend } from './ggml/backend'
import { dataType, elementBytes } from './ggml/tensor'
import { openModelFile, type ModelFile } from './gguf/model-file'
import { findDevices, memoryOf, type Device, type DeviceMemory } from './ggml/devices'
import { devicesOf, onProcessor, type Placement } from './ggml/placement'
import type { GgufFile } from './gguf/file'
import { loadModel, type Model } from './model/model'
import { chooseDevices, needsOf, placeParts, readingNeedsOf } from './model/placement'
import { residencyFor, type Residency } from './model/residency'
import { readShape, type ModelShape } from './model/shape'
import { extentTokens } from './prefill/extent'
import type { GrowingKv, KeptKv, KeptSummaries } from './prefill/kept'
import { prefill, type PrefillOptions, type PrefillResult } from './prefill/prefill'
import { prefillChunk, type DeviceChoice, type DeviceFacts, type DeviceShare } from './protocol'
import { keepSummaries } from './retrieval/keep-summaries'
import { coreTimes, physicalCores } from './scheduler/cores'
import { fastestThreads, threadCandidates, watchThreads } from './scheduler/threads'
import type { WeightsForm } from './model/weights'
import { Session, type SessionOptions } from './session'

export { DeviceError } from './ggml/devices'
export { ContextExceededError } from './context-exceeded'
export { Session, type SyncResult } from './session'

/** Which model is loaded, and what it may take of this computer. */
export interface EngineOptions {
  /** The file, or the first of its parts. */
  readonly path: string
  /** What `openModelFile` gave for the path, where the caller has read it; the engine closes it. */
  readonly opened?: ModelFile
  /** Threads that compute; left out, what proves fastest. */
  readonly threads?: number
  /** By default what is fastest; `as-stored` for comparing bits with other engines. */
  readonly weights?: WeightsForm
  /** Memory that may be taken, bytes: where the weights do not fit, they come layer by layer. By default there is enough. */
  readonly freeBytes?: number
  /** All memory that this computer has, bytes: a chat with a model that is larger is refused, not begun. */
  readonly totalBytes?: number
  /** By default the processor. */
  readonly device?: DeviceChoice
  /** Memory of a device, bytes; by default what it says now. */
  readonly memoryOf?: (device: Device) => DeviceMemory
  /** Tokens that sessions will hold at most; by default what the model was made for. */
  readonly contextMax?: number
  /** Ends the loading; nothing of it stays in memory. */
  readonly signal?: AbortSignal
  /** Bytes of weights loaded, of all. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Loads a model file, and times steps of it where the number of threads is to be found out. After an error all memory is given back.
 * @throws GgufError, ModelUnsupportedError: the file, before its weights are touched; RangeError: no memory; DeviceError: a device that fails;
 * Error if ggml is not installed or does not run here; the error of node:fs; the reason of `signal`
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { path, threads, weights = 'fastest', signal, onProgress } = options
  const opened = options.opened ?? openModelFile(path)
  const { file, source } = opened
  try {
    const cores = cpus().length
    let threadsMax = threads ?? cores
    const placement = placementFor(file, options)
    const backend = openBackend({ threadsMax, placement, threads: watchThreads(coreTimes, () => performance.now(), cores, () => threadsMax) })
    try {
      const residencyOf = (shape: ModelShape): Residency => residencyIn(placement, file, shape, options)
      const loading = { weights, residencyOf, bytesMax: options.totalBytes ?? Infinity, ...(signal && { signal }), ...(onProgress && { onProgress }) }
      const model = await loadModel(backend, file, source, loading)
      const { residency } = model.weights
      const candidates = threads === undefined ? threadCandidates(cores, physicalCores()) : [threads]
      // To time a step all weights would have to come.
      threadsMax = await fastestThreads(residency === 'resident' ? candidates : candidates.slice(0, 1), (count) => {
        threadsMax = count
        return timeSteps(backend, model)
      })
      if (residency === 'resident') opened.close()
      return new Engine(backend, model, threadsMax, opened)
    } catch (error) {
      backend.free()
      throw error
    }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** The devices of this computer besides the processor, best first; their drivers are loaded for it. @throws Error if ggml is not installed */
export function listDevices(): readonly DeviceFacts[] {
  return findDevices().map((device) => ({ name: device.name, title: device.title, kind: device.kind, ...memoryOf(device) }))
}

/** Which layers go where, from the memory that the devices say is free now. */
function placementFor(file: GgufFile, { device = 'cpu', contextMax = Infinity, memoryOf: roomOf = memoryOf }: EngineOptions): Placement {
  const devices: readonly Device[] = device === 'cpu' ? [] : chooseDevices(device, findDevices())
  if (devices.length === 0) return onProcessor
  const shape = readShape(file, 'adjacent')
  return placeParts(needsOf(file, shape, Math.min(contextMax, shape.contextMax), prefillChunk), devices.map((each) => ({ device: each, ...roomOf(each) })))
}

/** Weights of which devices take a part stay: nobody measured yet what they would take beside it. */
function residencyIn(placement: Placement, file: GgufFile, shape: ModelShape, { freeBytes = Infinity, contextMax = Infinity }: EngineOptions): Residency {
  if (devicesOf(placement).length > 0) return 'resident'
  return residencyFor(readingNeedsOf(file, shape, Math.min(contextMax, shape.contextMax), extentTokens), freeBytes)
}

/** Milliseconds of the fastest of some steps over a short text. */
async function timeSteps(backend: Backend, model: Model): Promise<number> {
  const session = new Session(backend, model, { contextMax: 64 }, () => undefined)
  let fastest = Infinity
  await session.sync([0])
  for (let i = 0; i < 4; i++) {
    const begun = performance.now()
    await session.step(0)
    fastest = Math.min(fastest, performance.now() - begun)
  }
  session.close()
  return fastest
}

/** A loaded model. Sessions share its weights and the threads that compute, and take turns at them. */
export class Engine {
  readonly #backend: Backend
  readonly #model: Model
  /** Threads that compute when nothing else needs the cores. */
  readonly threads: number
  readonly #sessions = new Set<Session>()
  readonly #file: ModelFile

  /** By `openEngine`. @param file is closed at the end */
  constructor(backend: Backend, model: Model, threads: number, file: ModelFile) {
    this.#backend = backend
    this.#model = model
    this.threads = threads
    this.#file = file
  }

  /** What the model's file says of it: layers, heads, lengths in floats, tokens. */
  get shape(): ModelShape {
    return this.#model.shape
  }

  /** The devices that compute layers, and how many. */
  get devices(): readonly DeviceShare[] {
    const { placement } = this.#backend
    return devicesOf(placement).map((device) => ({ name: device.name, title: device.title, layers: placement.layers.filter((each) => each === device).length }))
  }

  /** Operations, in ggml's words, that a device left to the processor. */
  get handedBack(): readonly string[] {
    return this.#backend.handedBack
  }

  /** Which weights are in memory while a text is read. */
  get residency(): Residency {
    return this.#model.weights.residency
  }

  /** Bytes of weights in memory. */
  get bytes(): number {
    return this.#model.weights.bytes
  }

  /** Memory that keys and values of all sessions take now, bytes. */
  get kvBytes(): number {
    return [...this.#sessions].reduce((sum, session) => sum + session.kvBytes, 0)
  }

  /** Memory that keys and values of one token take, bytes. */
  get kvBytesPerToken(): number {
    const { layers, kvHeads, headSize } = this.shape
    return 2 * layers * kvHeads * headSize * elementBytes(dataType.f16)
  }

  /** Begins a session that has read nothing. @throws RangeError or DeviceError if there is not enough memory */
  open(options: SessionOptions = {}): Session {
    const session = new Session(this.#backend, this.#model, options, () => this.#sessions.delete(session))
    this.#sessions.add(session)
    return session
  }

  /**
   * Reads a text to where its keys and values are kept, layer by layer; sessions may go on beside it: their computations and its take turns.
   * @param kept of a beginning of the tokens; what was committed before a stop or an error stays
   * @throws ContextExceededError; RangeError without memory, or for sizes that do not fit; DeviceError; what `kept` throws; the reason of `options.signal`
   */
  prefill(tokens: readonly number[], kept: GrowingKv, options: PrefillOptions = {}): Promise<PrefillResult> {
    return prefill(this.#backend, this.#model, tokens, kept, options)
  }

  /**
   * Makes what sums up a text and keeps it, for answers of which each token looks at `selectedTokens` of it; where these look at all, or it is kept already,
   * nothing. @param between is waited for before each piece of the work. @throws RangeError without memory; what `kept` and `between` throw
   */
  async keepSummaries(kept: KeptKv, summaries: KeptSummaries, selectedTokens: number, between: () => Promise<void>): Promise<void> {
    const { layers, kvHeads, headSize } = this.shape
    if (!isRetrieved(kept.tokens.length, selectedTokens, fastestOn(this.#backend.placement))) return
    await keepSummaries(this.#backend, { layers, heads: kvHeads, headSize }, { kept, summaries }, between)
  }

  /** Ends all sessions and gives all memory back. Nothing may be running. */
  close(): void {
    for (const session of this.#sessions) session.close()
    this.#model.weights.free()
    this.#file.close()
    this.#backend.free()
  }
}
