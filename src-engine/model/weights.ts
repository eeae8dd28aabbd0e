/**
 * Brings the tensors of a model file into memory, each once: each matrix goes where its kernels are fastest,
 * matrices that see the same input are stacked, and Q4_1 is split so that it can be repacked too.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { dataType, type Tensor } from '../ggml/tensor'
import type { Backend, Memory, TensorPlan, TensorStore } from '../ggml/backend'
import type { ByteSource, TensorInfo } from '../gguf/file'
import type { Linear, LinearPart } from './linear'
import { blockNumbers, splitOffsets, sumRows } from './offset-blocks'

/** `as-stored` keeps every matrix as the file has it, for the same bits on every processor; `fastest` puts them where their kernels are fastest. */
export type WeightsForm = 'fastest' | 'as-stored'

export interface LoadOptions {
  readonly weights?: WeightsForm
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Bytes of the file that become one or two tensors. */
interface Piece {
  readonly infos: readonly TensorInfo[]
  readonly targets: readonly Target[]
  readonly convert: (bytes: Uint8Array) => readonly (Uint8Array | Float32Array)[]
}

interface Target {
  readonly plan: TensorPlan
  readonly memory: Memory
  /** Set when the store is made. */
  tensor?: Tensor
}

/** Collects what a model needs, then loads it at one go. What the methods give may be called after `load`. */
export class WeightLoader {
  readonly #backend: Backend
  readonly #form: WeightsForm
  readonly #pieces: Piece[] = []
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

  /**
   * One matrix [columns, rows], or several over the same input. Neighbours of one type are stacked. A table may be a matrix too: it is there
   * a second time if its kernels want it in another order.
   */
  linear(...infos: readonly TensorInfo[]): () => Linear {
    const groups: TensorInfo[][] = []
    for (const info of infos) {
      const last = groups.at(-1)
      if (last?.[0]?.type === info.type) last.push(info)
      else groups.push([info])
    }
    const parts = groups.map((group) => this.#stack(group))
    return () => ({ parts: parts.map((part) => part()) })
  }

  /** @throws RangeError without memory; the reason of `signal`; the source's error. */
  async load(source: ByteSource, { onProgress, signal }: LoadOptions): Promise<TensorStore> {
    // Before memory is taken: who only wants to know whether a file is good ends here.
    signal?.throwIfAborted()
    const stores = [...new Set(this.#targets().map(({ memory }) => memory))].map((memory) => this.#place(memory))
    const free = (): void => stores.forEach((store) => store.free())
    const total = this.#pieces.reduce((sum, { infos }) => sum + bytesOf(infos), 0)
    let done = 0
    try {
      for (const { infos, targets, convert } of this.#pieces) {
        const data = convert(readAll(source, infos))
        targets.forEach((target, i) => this.#backend.write(placed(target), data[i] ?? new Uint8Array(0)))
        done += bytesOf(infos)
        onProgress?.(done, total)
        await nextTurn()
        signal?.throwIfAborted()
      }
    } catch (error) {
      free()
      throw error
    }
    return { tensors: stores.flatMap(({ tensors }) => tensors), bytes: stores.reduce((sum, { bytes }) => sum + bytes, 0), free }
  }

  #table(info: TensorInfo): Target {
    const target: Target = { plan: { type: info.type, shape: [info.dimensions[0] ?? 1, rowsOf(info), 1, 1] }, memory: this.#backend.plain }
    this.#pieces.push({ infos: [info], targets: [target], convert: (bytes) => [bytes] })
    this.#tables.set(info, target)
    return target
  }

  #targets(): readonly Target[] {
    return this.#pieces.flatMap(({ targets }) => targets)
  }

  #place(memory: Target['memory']): TensorStore {
    const targets = this.#targets().filter((target) => target.memory === memory)
    const store = this.#backend.store(targets.map(({ plan }) => plan), memory)
    store.tensors.forEach((tensor, i) => {
      const target = targets[i]
      if (target !== undefined) target.tensor = tensor
    })
    return store
  }

  #stack(infos: readonly TensorInfo[]): () => LinearPart {
    const type = infos[0]?.type ?? dataType.f32
    const columns = infos[0]?.dimensions[0] ?? 1
    const rows = infos.map(rowsOf)
    const count = rows.reduce((sum, each) => sum + each, 0)
    const plan: TensorPlan = { type, shape: [columns, count, 1, 1] }
    const memory = this.#form === 'fastest' ? this.#backend.memoryFor(plan) : this.#backend.plain
    if (this.#form === 'fastest' && type === dataType.q4_1 && memory === this.#backend.plain) {
      const split = this.#splitStack(infos, columns, rows, count)
      if (split !== undefined) return split
    }
    const [only, ...more] = infos
    const table = only === undefined || more.length > 0 || memory !== this.#backend.plain ? undefined : this.#tables.get(only)
    if (table !== undefined) return () => ({ weight: placed(table), rows })
    const weight: Target = { plan, memory }
    this.#pieces.push({ infos, targets: [weight], convert: (bytes) => [bytes] })
    return () => ({ weight: placed(weight), rows })
  }

  /** Q4_1 as Q4_0 and offsets; undefined where Q4_0 has no kernels of its own either. */
  #splitStack(infos: readonly TensorInfo[], columns: number, rows: readonly number[], count: number): (() => LinearPart) | undefined {
    const sums = sumRows(columns)
    const plan: TensorPlan = { type: dataType.q4_0, shape: [columns, count + sums, 1, 1] }
    const memory = this.#backend.memoryFor(plan)
    if (memory === this.#backend.plain) return undefined
    const weight: Target = { plan, memory }
    const offsets: Target = { plan: { type: dataType.f32, shape: [count, sums, 1, 1] }, memory: this.#backend.plain }
    const convert = (bytes: Uint8Array): readonly (Uint8Array | Float32Array)[] => {
      const split = splitOffsets(bytes, columns)
      return [split.matrix, split.offsets]
    }
    this.#pieces.push({ infos, targets: [weight, offsets], convert })
    return () => ({ weight: placed(weight), rows, offsets: { matrix: placed(offsets), blocks: columns / blockNumbers } })
  }
}

function placed(target: Target): Tensor {
  if (target.tensor === undefined) throw new Error('The weights are not loaded yet.')
  return target.tensor
}

function rowsOf(info: TensorInfo): number {
  return info.dimensions[1] ?? 1
}

function bytesOf(infos: readonly TensorInfo[]): number {
  return infos.reduce((sum, info) => sum + info.bytes, 0)
}

/** Rows lie one after the other in a file, so the bytes of stacked matrices are those of the matrices in order. */
function readAll(source: ByteSource, infos: readonly TensorInfo[]): Uint8Array {
  const [only, ...more] = infos
  if (only !== undefined && more.length === 0) return source.read(only.offset, only.bytes)
  const all = new Uint8Array(bytesOf(infos))
  let at = 0
  for (const info of infos) {
    all.set(source.read(info.offset, info.bytes), at)
    at += info.bytes
  }
  return all
}
