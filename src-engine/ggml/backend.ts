/**
 * What a model is computed with: the processor, and devices beside it; their memory for weights and cache, and the running of graphs.
 */
import { GraphBuilder } from './graph'
import { loadGgml, type Ggml } from './libraries/ggml'
import { loadKernels, type Kernels } from './libraries/kernels'
import type { Memory } from './memory'
import { deviceOf, devicesOf, layersOnDevices, onProcessor, type Part, type Placement } from './placement'
import { Processor, type IdleThreads } from './processor'
import { shareBytes, type SharedBytes } from './shared-bytes'
import { Spread } from './spread'
import { dataType, tensorAddress, tensorBytes, type Tensor } from './tensor'
import { expectParts, type TensorParts } from './tensor-parts'
import { openParts, openStore, type PartsStore, type TensorPlan, type TensorStore } from './tensor-store'
import { WeightMemory } from './weight-memory'
import { openWorkspace, type Workspace } from './workspace'

type RunEnd = 'complete' | 'stopped'

const aborted = 1

interface BackendOptions {
  /** Threads of the pool. */
  readonly threadsMax: number
  /** How many of them compute; asked before each run. */
  readonly threads?: () => number
  /** What devices beside the processor compute; by default nothing. */
  readonly placement?: Placement
  /** By default they look for more a while. */
  readonly idle?: IdleThreads
  /** Floats of the vectors that Longleaf's own kernels compute with, at most; 0: ggml's kernels alone, as where there are no own ones. */
  readonly lanesMax?: number
}

/** @throws if ggml is not installed or does not run here; DeviceError if a device does not start. */
export function openBackend(options: BackendOptions): Backend {
  return new Backend(loadGgml(), options)
}

export class Backend {
  readonly #ggml: Ggml
  readonly #processor: Processor
  readonly #weightMemory: WeightMemory
  /** Threads of the pool. */
  readonly threadsMax: number
  readonly #threads: () => number
  /** Longleaf's own operations; undefined where there are none. */
  readonly kernels: Kernels | undefined
  readonly placement: Placement
  readonly #spread: Spread | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(ggml: Ggml, { threadsMax, threads = () => threadsMax, placement = onProcessor, idle = 'looks', lanesMax }: BackendOptions) {
    this.#ggml = ggml
    this.kernels = lanesMax === undefined ? ggml.kernels : loadKernels(lanesMax)
    this.threadsMax = threadsMax
    this.#threads = threads
    this.placement = placement
    this.#processor = new Processor(ggml, threadsMax, idle)
    this.#weightMemory = new WeightMemory(this.plain, this.#processor.special, (matrix, memory) => this.#multiplies(matrix, memory))
    const devices = devicesOf(placement)
    this.#spread = devices.length === 0 ? undefined : new Spread(ggml, devices, this.#processor.backend)
  }

  get description(): string {
    return this.#processor.description
  }

  /** The processor's ordinary memory. */
  get plain(): Memory {
    return this.#processor.plain
  }

  graph(nodesMax: number): GraphBuilder {
    return new GraphBuilder(this.#ggml, nodesMax, this.kernels)
  }

  /** Where a part of the model is computed: a device's own memory, or the processor's ordinary one. */
  memoryOf(part: Part): Memory {
    const device = deviceOf(this.placement, part)
    return device === undefined || this.#spread === undefined ? this.plain : this.#spread.memory(device)
  }

  /** The memory where most layers are computed: the best place for what all of them use. */
  get home(): Memory {
    const { layers } = this.placement
    return layersOnDevices(this.placement) * 2 > layers.length ? this.memoryOf(layers.length - 1) : this.plain
  }

  /** Operations, in ggml's words, that the processor computed because a device does not know them. */
  get handedBack(): readonly string[] {
    return this.#spread?.handedBack ?? []
  }

  workspace(): Workspace {
    return this.#spread?.workspace() ?? openWorkspace(this.#ggml, this.plain)
  }

  /**
   * Room for tensors; in special memory only for what `memoryFor` sends there.
   * @throws if the memory cannot be had.
   */
  store(plans: readonly TensorPlan[], memory = this.plain, use: 'weights' | 'any' = 'any'): TensorStore {
    return openStore(this.#ggml, plans, { memory, device: this.#spread?.ownerOf(memory), use })
  }

  /**
   * Room for the tensors of parts of a model, each where its part is computed, in the order of the plans.
   * @throws as `store`
   */
  storeParts(parts: readonly { readonly part: Part; readonly plans: readonly TensorPlan[] }[]): PartsStore {
    const placed = parts.flatMap(({ part, plans }) => plans.map((plan) => ({ plan, memory: this.memoryOf(part) })))
    return openParts(placed, (plans, memory) => this.store(plans, memory))
  }

  /** Where a matrix of weights is multiplied fastest by the processor. */
  memoryFor(matrix: TensorPlan): Memory {
    return this.#weightMemory.best(matrix)
  }

  /** Fills a tensor, or a part of it from `offset` bytes on. Matrices in special memory take only all at once. */
  write(tensor: Tensor, data: Uint8Array | Uint16Array | Int32Array | Float32Array, offset = 0): void {
    if (offset + data.byteLength > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
    this.#ggml.ggml_backend_tensor_set(tensorAddress(tensor), data, offset, data.byteLength)
  }

  /** Fills parts of a tensor. */
  writeParts(tensor: Tensor, data: Uint8Array, parts: TensorParts): void {
    expectParts(tensor, data, parts)
    this.#ggml.ggml_backend_tensor_set_2d(tensorAddress(tensor), data, parts.offset, parts.bytes, parts.count, parts.stride, parts.dataStride)
  }

  /** Reads into `data`, from `offset` bytes on. */
  read(tensor: Tensor, data: Uint8Array | Uint16Array | Float32Array, offset = 0): void {
    if (offset + data.byteLength > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
    this.#ggml.ggml_backend_tensor_get(tensorAddress(tensor), data, offset, data.byteLength)
  }

  /** Reads parts of a tensor. */
  readParts(tensor: Tensor, data: Uint8Array, parts: TensorParts): void {
    expectParts(tensor, data, parts)
    this.#ggml.ggml_backend_tensor_get_2d(tensorAddress(tensor), data, parts.offset, parts.bytes, parts.count, parts.stride, parts.dataStride)
  }

  /** How many threads of the pool compute now. */
  get threads(): number {
    return this.#threads()
  }

  /**
   * Another, for what is computed in the processor's memory beside this one's graphs, with threads of its own that leave the cores to others where they have
   * nothing to do; undefined where some memory is a device's.
   */
  beside(threadsMax = 1, threads = (): number => threadsMax): Backend | undefined {
    return this.#spread === undefined ? new Backend(this.#ggml, { threadsMax, threads, idle: 'sleeps', lanesMax: this.kernels?.lanes ?? 0 }) : undefined
  }

  /** So many bytes, an even number, as rows of so many numbers or one. */
  share(count: number, rowNumbers?: number): SharedBytes {
    return shareBytes(this.#ggml, count, rowNumbers)
  }

  /** Sets all bytes of a store to 0. */
  clear(store: PartsStore): void {
    for (const tensor of store.tensors) this.#ggml.ggml_backend_tensor_memset(tensorAddress(tensor), 0, 0, tensorBytes(tensor))
  }

  /**
   * Computes on the pool while JavaScript goes on, or, told that the graph is `brief`, waits: to hand some milliseconds of work to another
   * thread and back takes a good part of them. Runs wait for one another; `signal` ends one before it starts or, unless it is brief, after
   * the operation that is being computed, and what the graph wrote by then stays written.
   */
  async run(graph: GraphBuilder, signal?: AbortSignal, brief = false): Promise<RunEnd> {
    const before = this.#last
    const end = before.then(() => this.#runNow(graph, signal, brief))
    this.#last = end.catch(() => undefined)
    return end
  }

  async #runNow(graph: GraphBuilder, signal: AbortSignal | undefined, brief: boolean): Promise<RunEnd> {
    if (signal?.aborted === true) return 'stopped'
    this.#processor.begin(this.#threads())
    if (brief && this.#spread === undefined) return endOf(this.#processor.compute(graph))
    const stop = (): void => this.#processor.stop()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return endOf(await (this.#spread?.compute(graph, brief) ?? this.#processor.computeElsewhere(graph)))
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Ends the threads and gives the memory back; stores and workspaces are freed by their owners before. */
  free(): void {
    this.#spread?.free()
    this.#processor.free()
  }

  #multiplies(matrix: TensorPlan, memory: Memory): boolean {
    const store = this.store([matrix], memory)
    const graph = this.graph(4)
    const [weight] = store.tensors
    if (weight === undefined) throw new Error('A store lost its tensor.')
    const product = graph.matmul(weight, graph.input(dataType.f32, matrix.shape[0], 1))
    const takes = this.#processor.computes(product)
    graph.free()
    store.free()
    return takes
  }
}

function endOf(status: number): RunEnd {
  if (status === aborted) return 'stopped'
  if (status !== 0) throw new Error(`ggml could not compute the graph (status ${status}).`)
  return 'complete'
}
