/**
 * The processor as ggml sees it: memory for weights and cache, a pool of threads, and the running of graphs.
 */
import { DeviceError } from './devices'
import { askForLargePages, fetchLargePages } from './large-pages'
import { isNull, type Address } from './libraries/address'
import { loadGgml, type Ggml } from './libraries/ggml'
import { addressesFrom } from './libraries/shared-library'
import { GraphBuilder, graphAddress } from './graph'
import { fillOrderedRows, fillRows } from './rows'
import { makeMemory, makeOrderedMemory, memoryType, type Memory } from './memory'
import { deviceOf, devicesOf, layersOnDevices, onProcessor, type Part, type Placement } from './placement'
import { dataType, denseStrides, makeTensor, rowBytes, tensorAddress, tensorBytes, type Shape, type Tensor } from './tensor'
import { shareBytes, type SharedBytes } from './shared-bytes'
import { Spread } from './spread'

export type RunEnd = 'complete' | 'stopped'

/** Parts of a tensor, equally long, and as many of what goes there or comes from there, whose first lies at its start. */
export interface TensorParts {
  readonly count: number
  /** Of each part. */
  readonly bytes: number
  /** Of the first in the tensor, in bytes. */
  readonly offset: number
  /** From one part to the next in the tensor, and in the data, in bytes. */
  readonly stride: number
  readonly dataStride: number
}

export interface TensorPlan {
  readonly type: number
  readonly shape: Shape
}

/** Memory of its own that holds some tensors. */
export interface PartsStore {
  readonly tensors: readonly Tensor[]
  readonly bytes: number
  free(): void
}

export interface TensorStore extends PartsStore {
  /** Takes all its memory from the system, where that makes writing it faster. @param onPiece called between pieces; may throw, which ends it */
  fetch(onPiece: () => void): Promise<void>
  /**
   * Writes whole rows of a matrix, from row `first` on, while JavaScript goes on; `data` must not be touched before that has ended. The memory says
   * how many rows go together.
   */
  fillRows(matrix: Tensor, first: number, data: Uint8Array): Promise<void>
}

/** Memory for what a graph computes on the way; grows to the largest graph that it was given. */
export interface Workspace {
  /** Gives every tensor of the graph its place; tensors of earlier graphs lose theirs. */
  place(graph: GraphBuilder): void
  readonly bytes: number
  free(): void
}

const cpuDevice = 0
const aborted = 1
/** Two milliseconds of looking for work before a thread sleeps: longer than the gap between two steps, shorter than a person notices as heat. */
const pollUnits = 1
const weightsUsage = 1
const stopFlag = { clear: 0, set: 1 } as const

export interface BackendOptions {
  /** Threads of the pool. */
  readonly threadsMax: number
  /** How many of them compute; asked before each run. */
  readonly threads?: () => number
  /** What devices beside the processor compute; by default nothing. */
  readonly placement?: Placement
}

/** @throws if ggml is not installed or does not run here; DeviceError if a device does not start. */
export function openBackend(options: BackendOptions): Backend {
  return new Backend(loadGgml(), options)
}

export class Backend {
  readonly #ggml: Ggml
  readonly #device: Address
  readonly #backend: Address
  readonly #pool: Address
  /** The processor's ordinary memory. */
  readonly plain: Memory
  /** In ggml's order of preference. */
  readonly #special: readonly Memory[]
  readonly #memories = new Map<string, Memory>()
  readonly #stop: Address
  /** Threads of the pool. */
  readonly threadsMax: number
  readonly #threads: () => number
  readonly placement: Placement
  readonly #spread: Spread | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(ggml: Ggml, { threadsMax, threads = () => threadsMax, placement = onProcessor }: BackendOptions) {
    this.#ggml = ggml
    this.threadsMax = threadsMax
    this.#threads = threads
    this.placement = placement
    this.#device = ggml.ggml_backend_dev_by_type(cpuDevice)
    this.#backend = ggml.ggml_backend_dev_init(this.#device, null)
    if (isNull(this.#backend)) throw new Error('ggml could not start on this processor.')
    this.#pool = ggml.processor.ggml_threadpool_new({
      cpumask: new Array<boolean>(512).fill(false), n_threads: threadsMax, prio: 0, poll: pollUnits, strict_cpu: false, paused: false,
    })
    ggml.processor.ggml_backend_cpu_set_threadpool(this.#backend, this.#pool)
    const plain = ggml.ggml_backend_dev_buffer_type(this.#device)
    this.plain = makeMemory(ggml.ggml_backend_buft_name(plain), plain)
    this.#special = addressesFrom(ggml.processor.ggml_backend_dev_get_extra_bufts(this.#device)).map((type) => makeOrderedMemory(ggml.ggml_backend_buft_name(type), type))
    this.#stop = ggml.ggml_backend_buft_alloc_buffer(memoryType(this.plain), 64)
    ggml.processor.ggml_backend_set_abort_callback(this.#backend, ggml.flagReader, this.#stop)
    const devices = devicesOf(placement)
    this.#spread = devices.length === 0 ? undefined : new Spread(ggml, devices, this.#backend)
  }

  get description(): string {
    return this.#ggml.ggml_backend_dev_description(this.#device)
  }

  graph(nodesMax: number): GraphBuilder {
    return new GraphBuilder(this.#ggml, nodesMax)
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
    if (this.#spread !== undefined) return this.#spread.workspace()
    const ggml = this.#ggml
    const allocator = ggml.ggml_gallocr_new(memoryType(this.plain))
    return {
      place(graph) {
        if (!ggml.ggml_gallocr_alloc_graph(allocator, graphAddress(graph))) throw new Error('No memory for the computation.')
      },
      get bytes() {
        return ggml.ggml_gallocr_get_buffer_size(allocator, 0)
      },
      free: () => ggml.ggml_gallocr_free(allocator),
    }
  }

  /**
   * Room for tensors; in special memory only for what `memoryFor` sends there.
   * @throws if the memory cannot be had.
   */
  store(plans: readonly TensorPlan[], memory = this.plain, use: 'weights' | 'any' = 'any'): TensorStore {
    const ggml = this.#ggml
    if (plans.length === 0) return { tensors: [], bytes: 0, fetch: () => Promise.resolve(), fillRows: () => Promise.resolve(), free: () => undefined }
    const context = ggml.ggml_init({ mem_size: plans.length * ggml.ggml_tensor_overhead(), mem_buffer: null, no_alloc: true })
    const tensors = plans.map(({ type, shape }) => makeTensor(type, shape, denseStrides(type, shape), ggml.ggml_new_tensor_4d(context, type, ...shape)))
    const buffer = ggml.ggml_backend_alloc_ctx_tensors_from_buft(context, memoryType(memory))
    if (isNull(buffer)) {
      ggml.ggml_free(context)
      const megabytes = Math.ceil(plans.reduce((sum, { type, shape }) => sum + rowBytes(type, shape[0]) * shape[1] * shape[2] * shape[3], 0) / 2 ** 20)
      const device = this.#spread?.ownerOf(memory)
      throw device === undefined ? new RangeError(`This computer could not give ${megabytes} MB of memory.`) : new DeviceError(device, `could not give ${megabytes} MB of memory`)
    }
    const bytes = ggml.ggml_backend_buffer_get_size(buffer)
    const isProcessors = memory === this.plain || this.#special.includes(memory)
    const base = ggml.ggml_backend_buffer_get_base(buffer)
    if (isProcessors) askForLargePages(base, bytes)
    // ggml computes with weights where they lie; of other tensors it may make copies elsewhere.
    if (use === 'weights') ggml.ggml_backend_buffer_set_usage(buffer, weightsUsage)
    // A device's driver need not bear two threads at once.
    let turn: Promise<unknown> = Promise.resolve()
    return {
      tensors,
      bytes,
      fetch: async (onPiece) => (isProcessors ? fetchLargePages(base, bytes, onPiece) : undefined),
      fillRows: (matrix, first, data) => {
        if (memory.rowsTogether > 1) return fillOrderedRows(ggml, { buffer, memory }, matrix, first, data)
        if (memory === this.plain) return fillRows(ggml, matrix, first, data)
        const end = turn.then(() => fillRows(ggml, matrix, first, data))
        turn = end.catch(() => undefined)
        return end
      },
      free() {
        ggml.ggml_backend_buffer_free(buffer)
        ggml.ggml_free(context)
      },
    }
  }

  /**
   * Room for the tensors of parts of a model, each where its part is computed, in the order of the plans.
   * @throws as `store`
   */
  storeParts(parts: readonly { readonly part: Part; readonly plans: readonly TensorPlan[] }[]): PartsStore {
    const wanted = parts.flatMap(({ part, plans }) => plans.map((plan) => ({ plan, memory: this.memoryOf(part) })))
    const stores = new Map<Memory, TensorStore>()
    const free = (): void => stores.forEach((store) => store.free())
    try {
      for (const { memory } of wanted) {
        if (!stores.has(memory)) stores.set(memory, this.store(wanted.filter((each) => each.memory === memory).map(({ plan }) => plan), memory))
      }
    } catch (error) {
      free()
      throw error
    }
    const next = new Map([...stores].map(([memory, { tensors }]) => [memory, tensors.values()]))
    const tensors = wanted.flatMap(({ memory }) => next.get(memory)?.next().value ?? [])
    return { tensors, bytes: [...stores.values()].reduce((sum, { bytes }) => sum + bytes, 0), free }
  }

  /**
   * Where a matrix of weights is multiplied fastest: the first special memory whose kernels take it, as in llama.cpp. Both kernels for one token and for
   * many are meant. Times as fast as plain memory for one token and for 512, on one core, 512 rows of 4,096, by processor time (AVX-512 with AMX):
   * AMX Q4_0 2.9 and 2.8, Q4_1 3.2 and 4.4, Q4_K 1.8 and 3.2, Q5_K 1.7 and 4.5, Q6_K 1.2 and 2.8, Q8_0 1.4 and 2.7, IQ4_XS 2.0 and 1.7, F16 0.75 and 1.3;
   * CPU_REPACK Q4_0 1.4 and 1.5, Q4_K 1.1 and 2.1. No kernel takes Q5_0, Q5_1, Q3_K or BF16 there.
   */
  memoryFor({ type, shape: [columns, rows] }: TensorPlan): Memory {
    // A small matrix stands for the large one: what counts is its type and how columns and rows divide.
    const probe: TensorPlan = { type, shape: [columns % 256 === 0 ? 256 : columns, 32 + (rows % 32), 1, 1] }
    const key = `${type} ${probe.shape.join(' ')}`
    const found = this.#memories.get(key) ?? this.#special.find((memory) => this.#multiplies(probe, memory)) ?? this.plain
    this.#memories.set(key, found)
    return found
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

  /** With one thread of its own, for copies in the processor's memory beside what this one computes; undefined where some memory is a device's. */
  beside(): Backend | undefined {
    return this.#spread === undefined ? new Backend(this.#ggml, { threadsMax: 1 }) : undefined
  }

  /** So many bytes, an even number. */
  share(count: number): SharedBytes {
    return shareBytes(this.#ggml, count)
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
    const stop = (): void => this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.set)
    this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.clear)
    this.#ggml.processor.ggml_backend_set_n_threads(this.#backend, this.#threads())
    if (brief && this.#spread === undefined) return endOf(this.#ggml.ggml_backend_graph_compute(this.#backend, graphAddress(graph)))
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return endOf(await (this.#spread?.compute(graph, brief) ?? this.#ggml.elsewhere.ggml_backend_graph_compute(this.#backend, graphAddress(graph))))
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Ends the threads and gives the memory back; stores and workspaces are freed by their owners before. */
  free(): void {
    this.#spread?.free()
    this.#ggml.ggml_backend_free(this.#backend)
    this.#ggml.processor.ggml_threadpool_free(this.#pool)
    this.#ggml.ggml_backend_buffer_free(this.#stop)
  }

  #multiplies(matrix: TensorPlan, memory: Memory): boolean {
    const store = this.store([matrix], memory)
    const graph = this.graph(4)
    const [weight] = store.tensors
    if (weight === undefined) throw new Error('A store lost its tensor.')
    const product = graph.matmul(weight, graph.input(dataType.f32, matrix.shape[0], 1))
    const takes = this.#ggml.ggml_backend_dev_supports_op(this.#device, tensorAddress(product))
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

function expectParts(tensor: Tensor, data: Uint8Array, { offset, bytes, count, stride, dataStride }: TensorParts): void {
  if (offset + (count - 1) * stride + bytes > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
  if ((count - 1) * dataStride + bytes > data.byteLength) throw new RangeError('More bytes than there are.')
}
