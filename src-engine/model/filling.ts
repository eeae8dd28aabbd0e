/**
 * Brings tensors out of a file into memory. The file is read by parts into a few megabytes that are used again and again, so that this takes no memory
 * besides; while some rows are read others are brought into their order.
 */
import { availableParallelism } from 'node:os'
import type { Backend } from '../ggml/backend'
import type { Memory } from '../ggml/memory'
import type { Part } from '../ggml/placement'
import { rowBytes, type Tensor } from '../ggml/tensor'
import type { TensorPlan, TensorStore } from '../ggml/tensor-store'
import type { ByteSource } from '../gguf/file'
import { inLanes } from '../lanes'
import type { Rows } from './stack'

/** A tensor that is made from a file. */
export interface Target {
  /** Of the model, that it belongs to. */
  readonly part: Part
  readonly plan: TensorPlan
  readonly memory: Memory
  readonly rows: Rows
  /** Where it is, if it is in memory. */
  tensor?: Tensor | undefined
}

interface FillOptions {
  /** Parts of the file that are under way. */
  readonly lanes?: number
  /** Bytes in memory, of all; may throw, which ends it. */
  readonly onProgress?: (done: number, total: number) => void
}

export type Filled = Pick<TensorStore, 'bytes' | 'free'>

/** Rows of a tensor that are read and written at once. */
interface Slice {
  readonly rows: Rows
  readonly tensor: Tensor
  readonly store: TensorStore
  readonly first: number
  readonly bytes: number
}

const sliceBytes = 4 << 20
/** One more than can compute, so that one can wait for the disk; Node has four threads for such work. */
const lanesMax = Math.min(4, availableParallelism() + 1)

/** @throws RangeError or DeviceError without memory; the source's error; what `onProgress` throws */
export async function fillTargets(backend: Backend, targets: readonly Target[], source: ByteSource, options: FillOptions = {}): Promise<Filled> {
  const stores: TensorStore[] = []
  const placed = new Map<Target, Tensor>()
  const free = (): void => {
    for (const [target, tensor] of placed) if (target.tensor === tensor) target.tensor = undefined
    for (const store of stores) store.free()
  }
  try {
    const slices: Slice[] = []
    for (const memory of new Set(targets.map((target) => target.memory))) {
      const together = targets.filter((target) => target.memory === memory)
      const store = backend.store(together.map(({ plan }) => plan), memory, 'weights')
      stores.push(store)
      store.tensors.forEach((tensor, i) => {
        const target = together[i]
        if (target === undefined) return
        target.tensor = tensor
        placed.set(target, tensor)
        slices.push(...slicesOf(target, tensor, store))
      })
    }
    await fill(source, stores, slices, options)
  } catch (error) {
    free()
    throw error
  }
  return { bytes: stores.reduce((sum, { bytes }) => sum + bytes, 0), free }
}

/** @throws if the target is not in memory */
export function tensorOf(target: Target): Tensor {
  if (target.tensor === undefined) throw new Error('The weights are not loaded yet.')
  return target.tensor
}

function slicesOf({ plan: { type, shape: [columns, height] }, memory: { rowsTogether }, rows }: Target, tensor: Tensor, store: TensorStore): readonly Slice[] {
  const row = rowBytes(type, columns)
  const sliceable = rows.divisible && height % rowsTogether === 0
  const step = sliceable ? Math.max(1, Math.floor(sliceBytes / row / rowsTogether)) * rowsTogether : height
  return Array.from({ length: Math.ceil(height / step) }, (_, i) => ({ rows, tensor, store, first: i * step, bytes: Math.min(step, height - i * step) * row }))
}

async function fill(
  source: ByteSource, stores: readonly TensorStore[], slices: readonly Slice[], { lanes = lanesMax, onProgress }: FillOptions,
): Promise<void> {
  const total = slices.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const store of stores) await store.fetch(() => onProgress?.(0, total))
  const buffers = Array.from({ length: lanes }, () => new Uint8Array(sliceBytes))
  let done = 0
  await inLanes(slices, lanes, async ({ rows, tensor, store, first, bytes }, lane) => {
    const usual = buffers[lane]
    const buffer = usual !== undefined && bytes <= usual.length ? usual.subarray(0, bytes) : new Uint8Array(bytes)
    await rows.fill(source, first, buffer)
    await store.fillRows(tensor, first, buffer)
    done += bytes
    onProgress?.(done, total)
  })
}
