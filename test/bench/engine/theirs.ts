import { prefillChunk } from '../../../src-engine/protocol'
import { openLlama, type Llama } from '../../support/libllama'
import type { Contestant } from './contestant'

/** libllama as its own programs open it, with one of its two ways of attention. */
export class Theirs implements Contestant {
  readonly name: string
  readonly #open: (context: number) => Llama
  #llama: Llama | undefined

  /** @param weights of a libllama that stays open */
  constructor(path: string, threads: number, flashAttention: boolean, weights: Llama) {
    this.name = flashAttention ? 'libllama with flash attention' : 'libllama without'
    this.#open = (context) => openLlama({ path, context, chunk: prefillChunk, kvType: 'f16', flashAttention, threads, beside: weights })
  }

  room(tokens: number): void {
    this.#llama?.close()
    this.#llama = this.#open(tokens)
  }

  fill(tokens: number): void {
    this.#opened.fill(tokens)
  }

  rewind(tokens: number): void {
    this.#opened.rewind(tokens)
  }

  read(tokens: readonly number[]): void {
    this.#opened.decode(tokens)
  }

  step(token: number): void {
    this.#opened.decode([token])
  }

  close(): void {
    this.#llama?.close()
  }

  get #opened(): Llama {
    if (this.#llama === undefined) throw new Error('There is no room yet.')
    return this.#llama
  }
}
