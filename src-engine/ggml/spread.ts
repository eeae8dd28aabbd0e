/**
 * Graphs over several devices. ggml's scheduler lets an operation run where its weights, or what it writes to, lie, copies numbers across borders, and
 * gives the processor what a device does not know.
 */
import { DeviceError, deviceAddress, touchesForgottenBuffers, type Device } from './devices'
import { graphAddress, type GraphBuilder } from './graph'
import { isNull, type Address } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import { makeMemory, type Memory } from './memory'
import type { Workspace } from './workspace'

export class Spread {
  readonly #ggml: Ggml
  readonly #devices: readonly Device[]
  readonly #processor: Address
  /** A start of each device, for all workspaces. */
  readonly #starts: readonly Address[]
  readonly #startsAnew: boolean
  readonly #memories: ReadonlyMap<Device, Memory>
  readonly #schedulers = new WeakMap<GraphBuilder, Address>()
  readonly #handedBack = new Set<string>()

  /** @param devices at least one. @throws DeviceError if one does not start */
  constructor(ggml: Ggml, devices: readonly Device[], processor: Address) {
    this.#ggml = ggml
    this.#devices = devices
    this.#processor = processor
    this.#starts = this.#start()
    this.#startsAnew = devices.some(touchesForgottenBuffers)
    this.#memories = new Map(devices.map((device) => [device, makeMemory(device.name, ggml.ggml_backend_dev_buffer_type(deviceAddress(device)))]))
  }

  /** @throws if the device is none of these */
  memory(device: Device): Memory {
    const memory = this.#memories.get(device)
    if (memory === undefined) throw new Error(`${device.name} was not opened.`)
    return memory
  }

  /** The device whose memory this is; undefined for the processor's. */
  ownerOf(memory: Memory): Device | undefined {
    return this.#devices.find((device) => this.#memories.get(device) === memory)
  }

  /** Operations, in ggml's words, that a device left to the processor. */
  get handedBack(): readonly string[] {
    return [...this.#handedBack]
  }

  workspace(): Workspace {
    const ggml = this.#ggml
    const processor = this.#processor
    let starts = this.#starts
    let scheduler: Address | null = null
    let size = 0
    const free = (): void => {
      if (scheduler !== null) ggml.ggml_backend_sched_free(scheduler)
      if (starts !== this.#starts) this.#end(starts)
      starts = this.#starts
      scheduler = null
      size = 0
    }
    return {
      place: (graph) => {
        if (graph.nodesMax > size || this.#startsAnew) free()
        if (this.#startsAnew) starts = this.#start()
        size = Math.max(size, graph.nodesMax)
        const backends = BigUint64Array.from([...starts, processor])
        // Operations and what they start from are counted apart.
        scheduler ??= ggml.ggml_backend_sched_new(backends, null, backends.length, 2 * size, false, false)
        ggml.ggml_backend_sched_reset(scheduler)
        if (!ggml.ggml_backend_sched_alloc_graph(scheduler, graphAddress(graph))) throw this.#failure('has no memory for the computation')
        this.#schedulers.set(graph, scheduler)
        // The processor's layers and each device's follow one another: an operation that came back to the processor makes more stretches of them.
        if (ggml.ggml_backend_sched_get_n_splits(scheduler) > backends.length) this.#noteHandedBack(graph, scheduler)
      },
      get bytes() {
        const placed = scheduler
        return placed === null ? 0 : [...starts, processor].reduce((sum, backend) => sum + ggml.ggml_backend_sched_get_buffer_size(placed, backend), 0)
      },
      free,
    }
  }

  /** Computes a placed graph, on another thread unless it is brief; gives ggml's status. */
  async compute(graph: GraphBuilder, brief: boolean): Promise<number> {
    const scheduler = this.#schedulers.get(graph)
    if (scheduler === undefined) throw new Error('A graph was run before it had its place.')
    const { ggml_backend_sched_graph_compute: compute } = brief ? this.#ggml : this.#ggml.elsewhere
    return compute(scheduler, graphAddress(graph))
  }

  /** Something went wrong on one of the devices; which, ggml does not say. */
  #failure(predicate: string): DeviceError {
    const [device] = this.#devices
    if (device === undefined) throw new Error('Nothing is spread over no device.')
    return new DeviceError(device, predicate)
  }

  /** Gives the devices back; stores and workspaces are freed by their owners before. */
  free(): void {
    this.#end(this.#starts)
  }

  /** @throws DeviceError */
  #start(): readonly Address[] {
    return this.#devices.map((device) => {
      const backend = this.#ggml.ggml_backend_dev_init(deviceAddress(device), null)
      if (isNull(backend)) throw new DeviceError(device, 'did not start')
      return backend
    })
  }

  #end(starts: readonly Address[]): void {
    for (const backend of starts) this.#ggml.ggml_backend_free(backend)
  }

  #noteHandedBack(graph: GraphBuilder, scheduler: Address): void {
    const ggml = this.#ggml
    const address = graphAddress(graph)
    const nodes = Array.from({ length: graph.nodes }, (_, i) => ggml.ggml_graph_node(address, i))
    const onProcessor = nodes.filter((node) => ggml.ggml_backend_sched_get_tensor_backend(scheduler, node) === this.#processor)
    if (onProcessor.length === nodes.length) return
    for (const node of onProcessor) {
      if (this.#devices.some((device) => !ggml.ggml_backend_dev_supports_op(deviceAddress(device), node))) this.#handedBack.add(ggml.ggml_op_desc(node))
    }
  }
}
