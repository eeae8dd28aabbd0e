/**
 * The processor as ggml sees it: memory for weights and cache, a pool of threads, and the running of graphs.
 */
import { loadGgml } from './library'
import { GraphBuilder, graphAddress } from './graph'
import { dataType, denseStrides, makeTensor, rowBytes, tensorAddress, tensorBytes, type Shape, type Tensor } from './tensor'
import type { Address, Ggml } from './signatures'

export type RunEnd = 'complete' | 'stopped'

export interface TensorPlan {
  readonly type: number
  readonly shape: Shape
}

/** Memory of its own that holds some tensors. */
export interface TensorStore {
  readonly tensors: readonly Tensor[]
  readonly bytes: number
  free(): void
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
const stopFlag = { clear: 0, set: 1 } as const

export interface BackendOptions {
  /** Threads of the pool. */
  readonly threadsMax: number
  /** How many of them compute; asked before each run. */
  readonly threads?: () => number
}

/** @throws if ggml is not installed or does not run here. */
export function openBackend(options: BackendOptions): Backend {
  return new Backend(loadGgml(), options)
}

export class Backend {
  readonly #ggml: Ggml
  readonly #device: Address
  readonly #backend: Address
  readonly #pool: Address
  readonly #plainMemory: Address
  readonly #repackMemory: Address | undefined
  readonly #stop: Address
  readonly #threads: () => number
  #last: Promise<unknown> = Promise.resolve()

  constructor(ggml: Ggml, { threadsMax, threads = () => threadsMax }: BackendOptions) {
    this.#ggml = ggml
    this.#threads = threads
    this.#device = ggml.ggml_backend_dev_by_type(cpuDevice)
    this.#backend = ggml.ggml_backend_dev_init(this.#device, null)
    if (this.#backend === 0n) throw new Error('ggml could not start on this processor.')
    this.#pool = ggml.cpu.ggml_threadpool_new({
      cpumask: new Array<boolean>(512).fill(false), n_threads: threadsMax, prio: 0, poll: pollUnits, strict_cpu: false, paused: false,
    })
    ggml.cpu.ggml_backend_cpu_set_threadpool(this.#backend, this.#pool)
    this.#plainMemory = ggml.ggml_backend_dev_buffer_type(this.#device)
    this.#repackMemory = ggml.cpu.ggml_backend_dev_get_extra_bufts(this.#device).find((type) => ggml.ggml_backend_buft_name(type) === 'CPU_REPACK')
    this.#stop = ggml.ggml_backend_buft_alloc_buffer(this.#plainMemory, 64)
    ggml.cpu.ggml_backend_set_abort_callback(this.#backend, ggml.flagReader, this.#stop)
  }

  get description(): string {
    return this.#ggml.ggml_backend_dev_description(this.#device)
  }

  graph(nodesMax: number): GraphBuilder {
    return new GraphBuilder(this.#ggml, nodesMax)
  }

  workspace(): Workspace {
    const ggml = this.#ggml
    const allocator = ggml.ggml_gallocr_new(this.#plainMemory)
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
   * Room for tensors. In `repack` memory ggml keeps matrices in the order its fastest kernels read; only matrices that `repacks` go there.
   * @throws if the memory cannot be had.
   */
  store(plans: readonly TensorPlan[], memory: 'plain' | 'repack' = 'plain'): TensorStore {
    const ggml = this.#ggml
    if (plans.length === 0) return { tensors: [], bytes: 0, free: () => undefined }
    const context = ggml.ggml_init({ mem_size: plans.length * ggml.ggml_tensor_overhead(), mem_buffer: null, no_alloc: true })
    const tensors = plans.map(({ type, shape }) => makeTensor(type, shape, denseStrides(type, shape), ggml.ggml_new_tensor_4d(context, type, ...shape)))
    const buffer = ggml.ggml_backend_alloc_ctx_tensors_from_buft(context, this.#memory(memory))
    if (buffer === 0n) {
      ggml.ggml_free(context)
      const bytes = plans.reduce((sum, { type, shape }) => sum + rowBytes(type, shape[0]) * shape[1] * shape[2] * shape[3], 0)
      throw new RangeError(`This computer could not give ${Math.ceil(bytes / 2 ** 20)} MB of memory.`)
    }
    return {
      tensors,
      bytes: ggml.ggml_backend_buffer_get_size(buffer),
      free() {
        ggml.ggml_backend_buffer_free(buffer)
        ggml.ggml_free(context)
      },
    }
  }

  /** Whether the repacking kernels take matrices [n, rows] of this type. */
  repacks(type: number, rows: number): boolean {
    if (this.#repackMemory === undefined) return false
    // A small matrix stands for the large one: what counts is its type and how its rows divide.
    const probe: TensorPlan = { type, shape: [256, 16 + (rows % 16), 1, 1] }
    const store = this.store([probe], 'repack')
    const graph = this.graph(4)
    const [matrix] = store.tensors
    if (matrix === undefined) throw new Error('A store lost its tensor.')
    const product = graph.matmul(matrix, graph.input(dataType.f32, 256, 1))
    const takes = this.#ggml.ggml_backend_dev_supports_op(this.#device, tensorAddress(product))
    graph.free()
    store.free()
    return takes
  }

  /** Fills a tensor, or a part of it from `offset` bytes on. Repacked matrices take only all at once. */
  write(tensor: Tensor, data: Uint8Array | Uint16Array | Int32Array | Float32Array, offset = 0): void {
    if (offset + data.byteLength > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
    this.#ggml.ggml_backend_tensor_set(tensorAddress(tensor), data, offset, data.byteLength)
  }

  /** Reads into `data`, from `offset` bytes on. */
  read(tensor: Tensor, data: Uint8Array | Uint16Array | Float32Array, offset = 0): void {
    if (offset + data.byteLength > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
    this.#ggml.ggml_backend_tensor_get(tensorAddress(tensor), data, offset, data.byteLength)
  }

  /** Sets all bytes of a store to 0. */
  clear(store: TensorStore): void {
    for (const tensor of store.tensors) this.#ggml.ggml_backend_tensor_memset(tensorAddress(tensor), 0, 0, tensorBytes(tensor))
  }

  /**
   * Computes on the pool while JavaScript goes on. Runs wait for one another; `signal` ends one before it starts or after the operation
   * that is being computed, and what the graph wrote by then stays written.
   */
  async run(graph: GraphBuilder, signal?: AbortSignal): Promise<RunEnd> {
    const before = this.#last
    const end = before.then(() => this.#runNow(graph, signal))
    this.#last = end.catch(() => undefined)
    return end
  }

  async #runNow(graph: GraphBuilder, signal: AbortSignal | undefined): Promise<RunEnd> {
    if (signal?.aborted === true) return 'stopped'
    const stop = (): void => this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.set)
    this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.clear)
    this.#ggml.cpu.ggml_backend_set_n_threads(this.#backend, this.#threads())
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return endOf(await this.#ggml.computeAsync(this.#backend, graphAddress(graph)))
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Ends the threads and gives the memory back; stores and workspaces are freed by their owners before. */
  free(): void {
    this.#ggml.ggml_backend_free(this.#backend)
    this.#ggml.cpu.ggml_threadpool_free(this.#pool)
    this.#ggml.ggml_backend_buffer_free(this.#stop)
  }

  #memory(kind: 'plain' | 'repack'): Address {
    if (kind === 'plain') return this.#plainMemory
    if (this.#repackMemory === undefined) throw new Error('This ggml has no repacked memory.')
    return this.#repackMemory
  }
}

function endOf(status: number): RunEnd {
  if (status === aborted) return 'stopped'
  if (status !== 0) throw new Error(`ggml could not compute the graph (status ${status}).`)
  return 'complete'
}
