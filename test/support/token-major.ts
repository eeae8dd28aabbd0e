/** A text read as a session reads it, chunk after chunk through all layers; what is found in memory is laid out by the description of an extent. */
import { fastestOn } from '../../src-engine/attention/exact'
import { QueryRows } from '../../src-engine/evidence/queries'
import { openBackend, type Backend } from '../../src-engine/ggml/backend'
import { elementCount } from '../../src-engine/ggml/tensor'
import { openModelFile } from '../../src-engine/gguf/model-file'
import type { KvLayer } from '../../src-engine/kv/layer'
import { ResidentKv } from '../../src-engine/kv/resident'
import { ChunkRunner } from '../../src-engine/model/chunk'
import { loadModel, type Model } from '../../src-engine/model/model'
import type { Residency } from '../../src-engine/model/residency'

export interface OpenedModel {
  readonly backend: Backend
  readonly model: Model
  close(): void
}

export async function openParts(path: string, threads: number, residency: Residency = 'resident'): Promise<OpenedModel> {
  const { file, source, close } = openModelFile(path)
  const backend = openBackend({ threadsMax: threads })
  const model = await loadModel(backend, file, source, { residencyOf: () => residency })
  return {
    backend, model,
    close() {
      model.weights.free()
      close()
      backend.free()
    },
  }
}

/** Opens a model for as long as it is used. */
export async function withParts<T>(path: string, threads: number, use: (opened: OpenedModel) => Promise<T>, residency: Residency = 'resident'): Promise<T> {
  const opened = await openParts(path, threads, residency)
  try {
    return await use(opened)
  } finally {
    opened.close()
  }
}

export interface TokenMajor {
  /** Of each layer, over the whole text. */
  readonly extents: readonly Uint8Array[]
  /** After the last token. */
  readonly logits: Float32Array
}

export async function readTokenMajor({ backend, model }: OpenedModel, tokens: readonly number[], chunkTokens: number): Promise<TokenMajor> {
  const { layers, kvHeads, headSize } = model.shape
  const kv = new ResidentKv(backend, { layers, heads: kvHeads, headSize }, 'f16', tokens.length)
  await kv.reserve(tokens.length)
  const chunks = new ChunkRunner(backend, model, fastestOn(backend.placement), new QueryRows(backend, headSize))
  let logits = new Float32Array(0)
  for (let start = 0; start < tokens.length; start += chunkTokens) {
    const part = tokens.slice(start, start + chunkTokens)
    const wanted = start + part.length === tokens.length ? 'last' : 'none'
    logits = await chunks.run(kv, { tokens: part, start, wanted }, {}) as Float32Array<ArrayBuffer>
  }
  const extents = kv.layers.map((layer) => extentOf(backend, layer, tokens.length))
  chunks.free()
  kv.free()
  return { extents, logits }
}

function extentOf(backend: Backend, { keys, values }: KvLayer, tokens: number): Uint8Array {
  const [d, capacity, heads] = keys.shape
  const [k, v] = [new Uint16Array(elementCount(keys.shape)), new Uint16Array(elementCount(values.shape))]
  backend.read(keys, k)
  backend.read(values, v)
  const blocks = Math.ceil(tokens / 64)
  const extent = new Uint16Array(heads * blocks * 2 * 64 * d)
  for (let head = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      const block = (head * blocks + Math.floor(token / 64)) * 2 * 64 * d
      const row = token % 64
      for (let i = 0; i < d; i++) {
        extent[block + row * d + i] = k[(head * capacity + token) * d + i] ?? 0
        extent[block + (d + i) * 64 + row] = v[(head * d + i) * capacity + token] ?? 0
      }
    }
  }
  return new Uint8Array(extent.buffer)
}
