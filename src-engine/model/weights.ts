/**
 * Brings the tensors of a model file into memory, each once: matrices whose type ggml can repack go into repacked memory,
 * and matrices that see the same input are stacked, so that one multiplication serves them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { dataType, type Tensor } from '../ggml/tensor'
import type { Backend, TensorPlan, TensorStore } from '../ggml/backend'
import type { ByteSource, TensorInfo } from '../gguf/file'
import type { GraphBuilder } from '../ggml/graph'

/** Matrices over the same input, in order; `rows` of each. */
export interface Linear {
  readonly parts: readonly { readonly weight: Tensor; readonly rows: readonly number[] }[]
}

export interface LoadOptions {
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

interface Piece {
  readonly infos: readonly TensorInfo[]
  readonly repack: boolean
  readonly plan: TensorPlan
}

/** Collects what a model needs, then loads it at one go. */
export class WeightLoader {
  readonly #backend: Backend
  readonly #pieces: Piece[] = []
  readonly #repacks = new Map<string, boolean>()
  #tensors: readonly Tensor[] = []

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** A vector or a table that is looked up by row. */
  plain(info: TensorInfo): () => Tensor {
    return this.#plan([info], false)
  }

  /** One matrix [n, rows], or several over the same input. Those of one type are stacked. */
  linear(...infos: readonly TensorInfo[]): () => Linear {
    const groups: TensorInfo[][] = []
    for (const info of infos) {
      const last = groups.at(-1)
      if (last?.[0]?.type === info.type) last.push(info)
      else groups.push([info])
    }
    const planned = groups.map((group) => ({ tensor: this.#plan(group, true), rows: group.map(rowsOf) }))
    return () => ({ parts: planned.map(({ tensor, rows }) => ({ weight: tensor(), rows })) })
  }

  /** @throws RangeError without memory; the reason of `signal`; the source's error. */
  async load(source: ByteSource, { onProgress, signal }: LoadOptions): Promise<TensorStore> {
    const stores = [false, true].map((repack) => this.#pieces.filter((piece) => piece.repack === repack))
      .map((pieces, i) => ({ pieces, store: this.#backend.store(pieces.map(({ plan }) => plan), i === 1 ? 'repack' : 'plain') }))
    const free = (): void => stores.forEach(({ store }) => store.free())
    const placed = new Map(stores.flatMap(({ pieces, store }) => pieces.map((piece, i) => [piece, store.tensors[i]] as const)))
    const total = this.#pieces.reduce((sum, { infos }) => sum + bytesOf(infos), 0)
    let done = 0
    try {
      for (const piece of this.#pieces) {
        const tensor = placed.get(piece)
        if (tensor === undefined) throw new Error('A store lost a tensor.')
        this.#backend.write(tensor, readAll(source, piece.infos))
        done += bytesOf(piece.infos)
        onProgress?.(done, total)
        await nextTurn()
        signal?.throwIfAborted()
      }
    } catch (error) {
      free()
      throw error
    }
    this.#tensors = this.#pieces.flatMap((piece) => placed.get(piece) ?? [])
    return { tensors: this.#tensors, bytes: stores.reduce((sum, { store }) => sum + store.bytes, 0), free }
  }

  #plan(infos: readonly TensorInfo[], matrix: boolean): () => Tensor {
    const [first] = infos
    if (first === undefined) throw new Error('No tensor was asked for.')
    const columns = first.dimensions[0] ?? 1
    const rows = infos.reduce((sum, info) => sum + rowsOf(info), 0)
    const index = this.#pieces.push({ infos, repack: matrix && this.#canRepack(first.type, rows), plan: { type: first.type, shape: [columns, rows, 1, 1] } }) - 1
    return () => {
      const tensor = this.#tensors[index]
      if (tensor === undefined) throw new Error('The weights are not loaded yet.')
      return tensor
    }
  }

  #canRepack(type: number, rows: number): boolean {
    const key = `${type} ${rows % 16}`
    const known = this.#repacks.get(key) ?? (type !== dataType.f32 && type !== dataType.f16 && this.#backend.repacks(type, rows))
    this.#repacks.set(key, known)
    return known
  }
}

/** The products of x [n, tokens] with each matrix, in order: views [rows, tokens] of what was computed together. */
export function applyLinear(graph: GraphBuilder, linear: Linear, x: Tensor): readonly Tensor[] {
  return linear.parts.flatMap(({ weight, rows }) => {
    const product = graph.matmul(weight, x)
    if (rows.length === 1) return [product]
    let before = 0
    return rows.map((count) => {
      const [stride0, stride1, stride2, stride3] = product.strides
      const part = graph.view(product, [count, product.shape[1], 1, 1], [stride1, stride2, stride3], before * stride0)
      before += count
      return part
    })
  })
}

/** As `applyLinear` for a single matrix, or several whose products are wanted as one [rows, tokens], if they were stacked. */
export function applyStacked(graph: GraphBuilder, linear: Linear, x: Tensor): Tensor | undefined {
  const [only, ...more] = linear.parts
  return only !== undefined && more.length === 0 ? graph.matmul(only.weight, x) : undefined
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
