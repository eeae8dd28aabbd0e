/**
 * Brings the tensors of a model file into memory, each once: each matrix goes where its kernels are fastest,
 * matrices that see the same input are stacked, and Q4_1 is split so that it can be repacked too.
 *
 * The file is read by parts into a few megabytes that are used again and again, so that loading takes no memory besides the weights; while some
 * rows are read others are brought into their order.
 */
import { availableParallelism } from 'node:os'
import type { Backend, TensorPlan, TensorStore } from '../ggml/backend'
import type { Memory } from '../ggml/memory'
import { dataType, rowBytes, type Tensor } from '../ggml/tensor'
import type { ByteSource, TensorInfo } from '../gguf/file'
import { inLanes } from './lanes'
import type { Linear, LinearPart } from './linear'
import { blockNumbers, OffsetRows, sumRows, UnoffsetRows } from './offset-blocks'
import { partOf } from './placement'
import { Stack, type Rows } from './stack'

/**
 * `as-stored` keeps every matrix as the file has it, for the same bits on every processor; `fastest` puts them where their kernels are fastest, and splits
 * Q4_1 for them where they do not take it.
 */
export type WeightsForm = 'fastest' | 'as-stored'

export interface LoadOptions {
  readonly weights?: WeightsForm
  /** Bytes in memory, of all. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

interface Target {
  readonly plan: TensorPlan
  readonly memory: Memory
  readonly rows: Rows
  /** Set when the store is made. */
  tensor?: Tensor
}

/** Rows of a target that are read and written at once. */
interface Slice {
  readonly target: Target
  readonly store: TensorStore
  readonly first: number
  readonly bytes: number
}

const sliceBytes = 4 << 20
/** One more than can compute, so that one can wait for the disk; Node has four threads for such work. */
const lanesMax = 4

/** Collects what a model needs, then loads it at one go. What the methods give may be called after `load`. */
export class WeightLoader {
  readonly #backend: Backend
  readonly #form: WeightsForm
  readonly #targets: Target[] = []
  readonly #tables = new Map<TensorInfo, Target>()

  constructor(backend: Backend, form: WeightsForm = 'fastest') {
    this.#backend = backend
    this.#form = form
  }

  /** A vector or a table that is looked up by row. */
  plain(info: TensorInfo): () => Tensor {
    const target = this.#tables.get(info) ?? this.#table(info)
    return () => placed(target)
  }

  /** Vectors of F32, one after the other. */
  vector(...infos: readonly [TensorInfo, ...TensorInfo[]]): () => Tensor {
    const count = infos.reduce((sum, info) => sum + (info.dimensions[0] ?? 1), 0)
    const target = this.#add({ type: dataType.f32, shape: [count, 1, 1, 1] }, this.#backend.memoryOf(partOf(infos[0].name)), new Stack(infos))
    return () => placed(target)
  }

  /**
   * One matrix [columns, rows], or several over the same input. Neighbours of one type are stacked. A table may be a matrix too: it is there
   * a second time if its kernels want it in another order.
   */
  linear(...infos: readonly TensorInfo[]): () => Linear {
    const groups: [TensorInfo, ...TensorInfo[]][] = []
    for (const info of infos) {
      const last = groups.at(-1)
      if (last?.[0].type === info.type) last.push(info)
      else groups.push([info])
    }
    const parts = groups.map((group) => this.#stack(group))
    return () => ({ parts: parts.map((part) => part()) })
  }

  /** @throws RangeError or DeviceError without memory; the reason of `signal`; the source's error. */
  async load(source: ByteSource, { onProgress, signal }: LoadOptions): Promise<Pick<TensorStore, 'bytes' | 'free'>> {
    // Before memory is taken: who only wants to know whether a file is good ends here.
    signal?.throwIfAborted()
    const stores = new Map<Memory, TensorStore>()
    const free = (): void => stores.forEach((store) => store.free())
    try {
      for (const memory of new Set(this.#targets.map((target) => target.memory))) stores.set(memory, this.#place(memory))
      const slices = [...stores].flatMap(([memory, store]) => this.#targetsIn(memory).flatMap((target) => this.#slice(target, store)))
      await fill(source, slices, (done, total) => {
        onProgress?.(done, total)
        signal?.throwIfAborted()
      })
    } catch (error) {
      free()
      throw error
    }
    return { bytes: [...stores.values()].reduce((sum, { bytes }) => sum + bytes, 0), free }
  }

  #table(info: TensorInfo): Target {
    const rows = new Stack([info])
    const target = this.#add({ type: info.type, shape: [rows.columns, rows.height, 1, 1] }, this.#backend.memoryOf(partOf(info.name)), rows)
    this.#tables.set(info, target)
    return target
  }

  #stack(infos: readonly [TensorInfo, ...TensorInfo[]]): () => LinearPart {
    const stack = new Stack(infos)
    const { type, columns, height, heights } = stack
    const plan: TensorPlan = { type, shape: [columns, height, 1, 1] }
    // The embedding, where it is multiplied with, is the head.
    const part = partOf(infos[0].name)
    const home = this.#backend.memoryOf(part === 'embedding' ? 'head' : part)
    const memory = home === this.#backend.plain && this.#form === 'fastest' ? this.#backend.memoryFor(plan) : home
    if (this.#form === 'fastest' && type === dataType.q4_1 && memory === this.#backend.plain) {
      const split = this.#splitStack(stack)
      if (split !== undefined) return split
    }
    const table = infos.length > 1 || memory !== this.#backend.plain ? undefined : this.#tables.get(infos[0])
    const weight = table ?? this.#add(plan, memory, stack)
    return () => ({ weight: placed(weight), rows: heights, ordered: memory.rowsTogether !== 1 })
  }

  /** Q4_1 as Q4_0 and offsets; undefined where Q4_0 has no kernels of its own either. */
  #splitStack(stack: Stack): (() => LinearPart) | undefined {
    const { columns, height, heights } = stack
    const sums = sumRows(columns)
    const plan: TensorPlan = { type: dataType.q4_0, shape: [columns, height + sums, 1, 1] }
    const memory = this.#backend.memoryFor(plan)
    if (memory === this.#backend.plain) return undefined
    const weight = this.#add(plan, memory, new UnoffsetRows(stack))
    const offsets = this.#add({ type: dataType.f32, shape: [height, sums, 1, 1] }, this.#backend.plain, new OffsetRows(stack))
    return () => ({ weight: placed(weight), rows: heights, ordered: true, offsets: { matrix: placed(offsets), blocks: columns / blockNumbers } })
  }

  #add(plan: TensorPlan, memory: Memory, rows: Rows): Target {
    const target: Target = { plan, memory, rows }
    this.#targets.push(target)
    return target
  }

  #targetsIn(memory: Memory): readonly Target[] {
    return this.#targets.filter((target) => target.memory === memory)
  }

  #place(memory: Memory): TensorStore {
    const targets = this.#targetsIn(memory)
    const store = this.#backend.store(targets.map(({ plan }) => plan), memory, 'weights')
    store.tensors.forEach((tensor, i) => {
      const target = targets[i]
      if (target !== undefined) target.tensor = tensor
    })
    return store
  }

  #slice(target: Target, store: TensorStore): readonly Slice[] {
    const { plan: { type, shape: [columns, height] }, memory: { rowsTogether }, rows } = target
    const row = rowBytes(type, columns)
    const sliceable = rows.divisible && height % rowsTogether === 0
    const step = sliceable ? Math.max(1, Math.floor(sliceBytes / row / rowsTogether)) * rowsTogether : height
    return Array.from({ length: Math.ceil(height / step) }, (_, i) => ({ target, store, first: i * step, bytes: Math.min(step, height - i * step) * row }))
  }
}

/** Reads and writes all slices; `onProgress` may throw to end it. */
async function fill(source: ByteSource, slices: readonly Slice[], onProgress: (done: number, total: number) => void): Promise<void> {
  const total = slices.reduce((sum, { bytes }) => sum + bytes, 0)
  const lanes = Math.min(lanesMax, availableParallelism() + 1)
  const buffers = Array.from({ length: lanes }, () => new Uint8Array(sliceBytes))
  let done = 0
  await inLanes(slices, lanes, async ({ target, store, first, bytes }, lane) => {
    const usual = buffers[lane]
    const buffer = usual !== undefined && bytes <= usual.length ? usual.subarray(0, bytes) : new Uint8Array(bytes)
    await target.rows.fill(source, first, buffer)
    await store.fillRows(placed(target), first, buffer)
    done += bytes
    onProgress(done, total)
  })
}

function placed(target: Target): Tensor {
  if (target.tensor === undefined) throw new Error('The weights are not loaded yet.')
  return target.tensor
}
