import { cpus } from 'node:os'
import { fastestOn } from '../../../src-engine/attention/exact'
import { QueryRows } from '../../../src-engine/evidence/queries'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import type { Device } from '../../../src-engine/ggml/devices'
import { onProcessor } from '../../../src-engine/ggml/placement'
import { elementCount } from '../../../src-engine/ggml/tensor'
import { openModelFile } from '../../../src-engine/gguf/model-file'
import { pastInMemory } from '../../../src-engine/attention/resident'
import { ResidentKv } from '../../../src-engine/kv/resident'
import { ChunkRunner } from '../../../src-engine/model/chunk'
import { loadModel, type Model } from '../../../src-engine/model/model'
import { readShape } from '../../../src-engine/model/shape'
import { StepRunner } from '../../../src-engine/model/step'
import { prefillChunk } from '../../../src-engine/protocol'
import { coreTimes } from '../../../src-engine/scheduler/cores'
import { watchThreads } from '../../../src-engine/scheduler/threads'
import type { Contestant } from './contestant'

/** The engine's parts, put together as a session does, but with a cache that can be full without anything having been read. */
export class Ours implements Contestant {
  readonly name: string
  readonly #backend: Backend
  readonly #model: Model
  #cache: Cache | undefined
  #held = 0
  #computingMs = 0

  private constructor(name: string, backend: Backend, model: Model) {
    this.name = name
    this.#backend = backend
    this.#model = model
    const run = backend.run.bind(backend)
    backend.run = async (...graph) => {
      const begun = performance.now()
      const end = await run(...graph)
      this.#computingMs += performance.now() - begun
      return end
    }
  }

  /** @param device takes all layers; by default the processor */
  static async open(path: string, threads: number, device?: Device): Promise<Ours> {
    const { file, source, close } = openModelFile(path)
    const placement = device === undefined ? onProcessor : { layers: new Array<Device>(readShape(file, 'adjacent').layers).fill(device), head: device }
    const backend = openBackend({ threadsMax: threads, placement, threads: watchThreads(coreTimes, () => performance.now(), cpus().length, () => threads) })
    const ours = new Ours(device === undefined ? 'ours' : `ours on ${device.name}`, backend, await loadModel(backend, file, source, {}))
    close()
    return ours
  }

  /** Milliseconds in which ggml had a graph to compute. */
  get computingMs(): number {
    return this.#computingMs
  }

  async room(tokens: number): Promise<void> {
    this.#cache?.free()
    this.#cache = await openCache(this.#backend, this.#model, tokens)
    this.#held = 0
  }

  fill(tokens: number): void {
    const { kv } = this.#opened
    const tensors = kv.layers.flatMap(({ keys, values }) => [keys, values])
    const halves = smallHalves(Math.max(...tensors.map(({ shape }) => elementCount(shape))))
    for (const each of tensors) this.#backend.write(each, halves.subarray(0, elementCount(each.shape)))
    this.#held = tokens
  }

  rewind(tokens: number): void {
    this.#held = tokens
  }

  async read(tokens: readonly number[]): Promise<void> {
    const { chunks, kv } = this.#opened
    for (let start = 0; start < tokens.length; start += prefillChunk) {
      const part = tokens.slice(start, start + prefillChunk)
      await chunks.run(kv, { tokens: part, start: this.#held, wanted: start + part.length === tokens.length ? 'last' : 'none' }, {})
      this.#held += part.length
    }
  }

  async step(token: number): Promise<void> {
    const { steps, logits } = this.#opened
    await steps.run([token], this.#held, logits)
    this.#held++
  }

  close(): void {
    this.#cache?.free()
    this.#model.weights.free()
    this.#backend.free()
  }

  get #opened(): Cache {
    if (this.#cache === undefined) throw new Error('There is no room yet.')
    return this.#cache
  }
}

interface Cache {
  readonly kv: ResidentKv
  readonly chunks: ChunkRunner
  readonly steps: StepRunner
  readonly logits: Float32Array
  free(): void
}

async function openCache(backend: Backend, model: Model, tokens: number): Promise<Cache> {
  const { layers, kvHeads, headSize, vocabulary } = model.shape
  const kv = new ResidentKv(backend, { layers, heads: kvHeads, headSize }, 'f16', tokens, tokens)
  const queries = new QueryRows(backend, headSize)
  const attention = fastestOn(backend.placement)
  const chunks = new ChunkRunner(backend, model, attention, queries)
  const steps = new StepRunner(backend, model, pastInMemory(kv), { attention, queries, count: 1 })
  const free = (): void => [chunks, steps, kv].forEach((part) => part.free())
  return { kv, chunks, steps, logits: new Float32Array(vocabulary), free }
}

/** Numbers of f16 about as large as keys and values are. */
function smallHalves(count: number): Uint16Array {
  const halves = new Uint16Array(count)
  for (let i = 0; i < count; i++) halves[i] = 0x3000 + ((i * 40_503) & 0x83ff)
  return halves
}
