import { DeviceError, type Device } from './devices'
import { askForLargePages, fetchLargePages } from './large-pages'
import { isNull } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import { memoryType, type Memory } from './memory'
import { fillOrderedRows, fillRows } from './rows'
import { denseStrides, elementCount, makeTensor, rowBytes, type Shape, type Tensor } from './tensor'

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

interface StorePlace {
  readonly memory: Memory
  /** Whose memory that is; undefined: the processor's. */
  readonly device: Device | undefined
  readonly use: 'weights' | 'any'
}

const weightsUsage = 1

/** @throws RangeError if the processor's memory cannot be had; DeviceError if a device's cannot */
export function openStore(ggml: Ggml, plans: readonly TensorPlan[], { memory, device, use }: StorePlace): TensorStore {
  if (plans.length === 0) return { tensors: [], bytes: 0, fetch: () => Promise.resolve(), fillRows: () => Promise.resolve(), free: () => undefined }
  const context = ggml.ggml_init({ mem_size: plans.length * ggml.ggml_tensor_overhead(), mem_buffer: null, no_alloc: true })
  const tensors = plans.map(({ type, shape }) => makeTensor(type, shape, denseStrides(type, shape), ggml.ggml_new_tensor_4d(context, type, ...shape)))
  const buffer = ggml.ggml_backend_alloc_ctx_tensors_from_buft(context, memoryType(memory))
  if (isNull(buffer)) {
    ggml.ggml_free(context)
    throw noMemory(plans, device)
  }
  const bytes = ggml.ggml_backend_buffer_get_size(buffer)
  const base = ggml.ggml_backend_buffer_get_base(buffer)
  if (device === undefined) askForLargePages(base, bytes)
  // ggml computes with weights where they lie; of other tensors it may make copies elsewhere.
  if (use === 'weights') ggml.ggml_backend_buffer_set_usage(buffer, weightsUsage)
  // A device's driver need not bear two threads at once.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    tensors,
    bytes,
    fetch: async (onPiece) => (device === undefined ? fetchLargePages(base, bytes, onPiece) : undefined),
    fillRows: (matrix, first, data) => {
      if (memory.rowsTogether > 1) return fillOrderedRows(ggml, { buffer, memory }, matrix, first, data)
      if (device === undefined) return fillRows(ggml, matrix, first, data)
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

function noMemory(plans: readonly TensorPlan[], device: Device | undefined): Error {
  const bytes = plans.reduce((sum, { type, shape }) => sum + rowBytes(type, elementCount(shape)), 0)
  const megabytes = Math.ceil(bytes / 2 ** 20)
  return device === undefined ? new RangeError(`This computer could not give ${megabytes} MB of memory.`) : new DeviceError(device, `could not give ${megabytes} MB of memory`)
}

/**
 * Stores in several memories as one, the tensors in the order of the plans.
 * @param open a store in one memory. @throws what it throws, and then nothing is left of any
 */
export function openParts(
  parts: readonly { readonly plan: TensorPlan; readonly memory: Memory }[], open: (plans: readonly TensorPlan[], memory: Memory) => TensorStore,
): PartsStore {
  const stores = new Map<Memory, TensorStore>()
  const free = (): void => stores.forEach((store) => store.free())
  try {
    for (const { memory } of parts) {
      if (!stores.has(memory)) stores.set(memory, open(parts.filter((each) => each.memory === memory).map(({ plan }) => plan), memory))
    }
  } catch (error) {
    free()
    throw error
  }
  const next = new Map([...stores].map(([memory, { tensors }]) => [memory, tensors.values()]))
  const tensors = parts.flatMap(({ memory }) => next.get(memory)?.next().value ?? [])
  return { tensors, bytes: [...stores.values()].reduce((sum, { bytes }) => sum + bytes, 0), free }
}
