/**
 * What the tensors of a model file become in memory, each once: each matrix goes where its kernels are fastest,
 * matrices that see the same input are stacked, and Q4_1 is split so that it can be repacked too.
 */
import type { Backend } from '../ggml/backend'
import type { Memory } from '../ggml/memory'
import type { Part } from '../ggml/placement'
import { dataType, type Tensor } from '../ggml/tensor'
import type { TensorPlan } from '../ggml/tensor-store'
import type { ByteSource, TensorInfo } from '../gguf/file'
import { fillTargets, tensorOf, type Target } from './filling'
import { LayerByLayer } from './layer-by-layer'
import type { Linear, LinearPart } from './linear'
import { blockNumbers, OffsetRows, sumRows, UnoffsetRows } from './offset-blocks'
import { partOf } from './placement'
import type { ModelWeights, Residency } from './residency'
import type { ModelShape } from './shape'
import { Stack, type Rows } from './stack'

/**
 * `as-stored` keeps every matrix as the file has it, for the same bits on every processor; `fastest` puts them where their kernels are fastest, and splits
 * Q4_1 for them where they do not take it.
 */
export type WeightsForm = 'fastest' | 'as-stored'

export interface LoadOptions {
  readonly weights?: WeightsForm
  /** By default all weights stay in memory. */
  readonly residencyOf?: (shape: ModelShape) => Residency
  /** Bytes of weights that may be in memory at once, where not all stay. */
  readonly bytesMax?: number
  /** Bytes in memory, of all that come now. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Collects what a model needs, then loads it. What the methods give may be called while that is in memory. */
export class WeightLoader {
  readonly #backend: Backend
  readonly #form: WeightsForm
  readonly #residency: Residency
  readonly #targets: Target[] = []
  readonly #tables = new Map<TensorInfo, Target>()

  constructor(backend: Backend, form: WeightsForm = 'fastest', residency: Residency = 'resident') {
    this.#backend = backend
    this.#form = form
    this.#residency = residency
  }

  /** A vector or a table that is looked up by row. */
  plain(info: TensorInfo): () => Tensor {
    const target = this.#tables.get(info) ?? this.#table(info)
    return () => tensorOf(target)
  }

  /** Vectors of F32, one after the other. */
  vector(...infos: readonly [TensorInfo, ...TensorInfo[]]): () => Tensor {
    const count = infos.reduce((sum, info) => sum + (info.dimensions[0] ?? 1), 0)
    const target = this.#add({ type: dataType.f32, shape: [count, 1, 1, 1] }, partOf(infos[0].name), new Stack(infos))
    return () => tensorOf(target)
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

  /**
   * @param source has to stay open as long as the weights are not all in memory
   * @throws RangeError or DeviceError without memory; the reason of `signal`; the source's error
   */
  async load(source: ByteSource, { onProgress, signal, bytesMax = Infinity }: Pick<LoadOptions, 'onProgress' | 'signal' | 'bytesMax'>): Promise<ModelWeights> {
    // Before memory is taken: who only wants to know whether a file is good ends here.
    signal?.throwIfAborted()
    if (this.#residency === 'layer by layer') return new LayerByLayer(this.#backend, this.#targets, source, bytesMax)
    const filled = await fillTargets(this.#backend, this.#targets, source, {
      onProgress: (done, total) => {
        onProgress?.(done, total)
        signal?.throwIfAborted()
      },
    })
    return { ...filled, residency: 'resident', hold: () => Promise.resolve(() => undefined), lookUp: () => Promise.resolve(), giveBack: () => undefined }
  }

  #table(info: TensorInfo): Target {
    const rows = new Stack([info])
    const target = this.#add({ type: info.type, shape: [rows.columns, rows.height, 1, 1] }, partOf(info.name), rows)
    this.#tables.set(info, target)
    return target
  }

  #stack(infos: readonly [TensorInfo, ...TensorInfo[]]): () => LinearPart {
    const stack = new Stack(infos)
    const { type, columns, height, heights } = stack
    const plan: TensorPlan = { type, shape: [columns, height, 1, 1] }
    // The embedding, where it is multiplied with, is the head.
    const named = partOf(infos[0].name)
    const part = named === 'embedding' ? 'head' : named
    const home = this.#backend.memoryOf(part)
    const memory = home === this.#backend.plain && this.#form === 'fastest' ? this.#backend.memoryFor(plan) : home
    if (this.#form === 'fastest' && type === dataType.q4_1 && memory === this.#backend.plain) {
      const split = this.#splitStack(stack, part)
      if (split !== undefined) return split
    }
    const isTable = infos.length === 1 && memory === this.#backend.plain && this.#residency === 'resident'
    const weight = (isTable ? this.#tables.get(infos[0]) : undefined) ?? this.#add(plan, part, stack, memory)
    return () => ({ weight: tensorOf(weight), rows: heights, ordered: memory.rowsTogether !== 1 })
  }

  /** Q4_1 as Q4_0 and offsets; undefined where Q4_0 has no kernels of its own either. */
  #splitStack(stack: Stack, part: Part): (() => LinearPart) | undefined {
    const { columns, height, heights } = stack
    const sums = sumRows(columns)
    const plan: TensorPlan = { type: dataType.q4_0, shape: [columns, height + sums, 1, 1] }
    const memory = this.#backend.memoryFor(plan)
    if (memory === this.#backend.plain) return undefined
    const weight = this.#add(plan, part, new UnoffsetRows(stack), memory)
    const offsets = this.#add({ type: dataType.f32, shape: [height, sums, 1, 1] }, part, new OffsetRows(stack), this.#backend.plain)
    return () => ({ weight: tensorOf(weight), rows: heights, ordered: true, offsets: { matrix: tensorOf(offsets), blocks: columns / blockNumbers } })
  }

  #add(plan: TensorPlan, part: Part, rows: Rows, memory: Memory = this.#backend.memoryOf(part)): Target {
    const target: Target = { part, plan, memory, rows }
    this.#targets.push(target)
    return target
  }
}
