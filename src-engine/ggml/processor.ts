/** ggml's backend for the processor: a pool of threads, the memories that its kernels read, and a flag that stops it. */
import { graphAddress, type GraphBuilder } from './graph'
import { isNull, type Address } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import { addressesFrom } from './libraries/shared-library'
import { makeMemory, makeOrderedMemory, memoryType, type Memory } from './memory'
import { tensorAddress, type Tensor } from './tensor'

/** As ggml numbers kinds of devices. */
const deviceType = 0
/**
 * Two milliseconds of looking for work before a thread sleeps: longer than the gap between two steps, shorter than a person notices as heat. None where
 * others have work for its core.
 */
const pollUnits = { looks: 1, sleeps: 0 } as const

/** What threads do that have nothing to compute. */
export type IdleThreads = keyof typeof pollUnits
const stopFlag = { clear: 0, set: 1 } as const

export class Processor {
  readonly #ggml: Ggml
  readonly #device: Address
  /** For what spreads graphs over it and others. */
  readonly backend: Address
  readonly #pool: Address
  /** Ordinary memory. */
  readonly plain: Memory
  /** Memories in orders of kernels' own, those to be preferred first. */
  readonly special: readonly Memory[]
  readonly #stop: Address

  /** @param threadsMax of the pool */
  constructor(ggml: Ggml, threadsMax: number, idle: IdleThreads) {
    this.#ggml = ggml
    this.#device = ggml.ggml_backend_dev_by_type(deviceType)
    this.backend = ggml.ggml_backend_dev_init(this.#device, null)
    if (isNull(this.backend)) throw new Error('ggml could not start on this processor.')
    this.#pool = ggml.processor.ggml_threadpool_new({
      cpumask: new Array<boolean>(512).fill(false), n_threads: threadsMax, prio: 0, poll: pollUnits[idle], strict_cpu: false, paused: false,
    })
    ggml.processor.ggml_backend_cpu_set_threadpool(this.backend, this.#pool)
    const plain = ggml.ggml_backend_dev_buffer_type(this.#device)
    this.plain = makeMemory(ggml.ggml_backend_buft_name(plain), plain)
    const special = addressesFrom(ggml.processor.ggml_backend_dev_get_extra_bufts(this.#device))
    this.special = special.map((type) => makeOrderedMemory(ggml.ggml_backend_buft_name(type), type))
    this.#stop = ggml.ggml_backend_buft_alloc_buffer(memoryType(this.plain), 64)
    ggml.processor.ggml_backend_set_abort_callback(this.backend, ggml.flagReader, this.#stop)
  }

  get description(): string {
    return this.#ggml.ggml_backend_dev_description(this.#device)
  }

  /** Whether it knows the operation that a tensor comes from, with what that starts from where it lies. */
  computes(tensor: Tensor): boolean {
    return this.#ggml.ggml_backend_dev_supports_op(this.#device, tensorAddress(tensor))
  }

  /** Before each graph: nothing has stopped it, and so many threads compute it. */
  begin(threads: number): void {
    this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.clear)
    this.#ggml.processor.ggml_backend_set_n_threads(this.backend, threads)
  }

  /** Ends the graph that is computed after the operation at hand. */
  stop(): void {
    this.#ggml.ggml_backend_buffer_set_usage(this.#stop, stopFlag.set)
  }

  /** Gives ggml's status. */
  compute(graph: GraphBuilder): number {
    return this.#ggml.ggml_backend_graph_compute(this.backend, graphAddress(graph))
  }

  /** The same on another thread. */
  computeElsewhere(graph: GraphBuilder): Promise<number> {
    return this.#ggml.elsewhere.ggml_backend_graph_compute(this.backend, graphAddress(graph))
  }

  free(): void {
    this.#ggml.ggml_backend_free(this.backend)
    this.#ggml.processor.ggml_threadpool_free(this.#pool)
    this.#ggml.ggml_backend_buffer_free(this.#stop)
  }
}
