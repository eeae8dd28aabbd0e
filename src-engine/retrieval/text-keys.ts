/** The keys of single heads over a text that is kept outside of memory and what follows it, for looking at where a head looked. */
import type { KeySource } from '../evidence/masses'
import type { Backend } from '../ggml/backend'
import type { TensorStore } from '../ggml/tensor-store'
import { layerPlans, layersOf, windowOf, type KvLayer, type KvShape } from '../kv/layer'
import { extentTokens } from '../prefill/extent'
import { ExtentLoader } from '../prefill/extent-loader'
import type { KeptKv } from '../prefill/kept'
import type { Scratch } from './scratch'

/** Extents under way. */
const lanes = 4

export class TextKeys implements KeySource {
  readonly shape: KvShape
  readonly #scratch: Scratch
  readonly #kept: KeptKv
  readonly #textTokens: number
  readonly #store: TensorStore
  readonly #room: KvLayer
  readonly #loader: ExtentLoader
  #held: string | undefined

  /** @param textTokens whole blocks. @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, scratch: Scratch, kept: KeptKv, textTokens: number) {
    const { headSize } = scratch.shape
    this.shape = scratch.shape
    this.#scratch = scratch
    this.#kept = kept
    this.#textTokens = textTokens
    this.#store = backend.store(layerPlans({ headSize, heads: 1 }, 'f16', textTokens + windowOf(scratch.size.tailMax), 'by number'))
    const [room] = layersOf(this.#store, () => 'by number')
    if (room === undefined) throw new Error('A store lost a tensor.')
    this.#room = room
    backend.clear(this.#store)
    this.#loader = new ExtentLoader(backend, { heads: 1, headSize }, Math.min(extentTokens, windowOf(textTokens)), lanes)
  }

  async bring(layer: number, head: number): Promise<void> {
    const name = `${layer} ${head}`
    if (this.#held === name) return
    this.#held = undefined
    await this.#loader.bring([{ into: this.#room, read: (from, to, extent) => this.#kept.readHead(layer, head, from, to, extent) }], this.#textTokens)
    this.#held = name
  }

  keys(...[graph, layer, head, window]: Parameters<KeySource['keys']>): ReturnType<KeySource['keys']> {
    const { keys } = this.#room
    const behind = window - this.#textTokens
    if (behind > 0) {
      const tail = graph.slice(this.#scratch.tailKeys(graph, layer, behind), 2, { first: head, count: 1 })
      graph.run(graph.copy(tail, graph.slice(keys, 1, { first: this.#textTokens, count: behind })))
    }
    return graph.slice(keys, 1, { first: 0, count: window })
  }

  free(): void {
    this.#loader.free()
    this.#store.free()
  }
}
