/** The text that a session has read, and what the model says after it. */
import { commonLength } from './common-length'

export class ReadText {
  #tokens: number[] = []
  /** [vocabulary] after the last token; undefined where they are not known. */
  #logits: Float32Array | undefined
  /** The text that was read last, as long as it is there: going back to it has to give the very logits that reading it gave. */
  #last: { readonly length: number; readonly logits: Float32Array } | undefined

  get tokens(): readonly number[] {
    return this.#tokens
  }

  get length(): number {
    return this.#tokens.length
  }

  get logits(): Float32Array | undefined {
    return this.#logits
  }

  /** Tokens of its beginning that another text has as well. */
  common(tokens: ArrayLike<number>): number {
    return commonLength(this.#tokens, tokens)
  }

  /** More was read. @param logits [vocabulary] after it, where they are known */
  add(tokens: readonly number[], logits?: Float32Array): void {
    // One by one: as arguments of one call a whole book would not fit the stack.
    for (const token of tokens) this.#tokens.push(token)
    this.#logits = logits
  }

  /** The logits may change from now on. */
  forgetLogits(): void {
    this.#logits = undefined
  }

  /** Forgets what comes after so many tokens. */
  cut(length: number): void {
    if (length >= this.#tokens.length) return
    this.#tokens.length = length
    this.#logits = undefined
    if (this.#last !== undefined && length < this.#last.length) this.#last = undefined
  }

  /** All of it was read as one text. */
  remember(): void {
    this.#last = this.#logits && { length: this.#tokens.length, logits: this.#logits }
  }

  /** Whether its first tokens, so many, are the text that was remembered. */
  remembers(length: number): boolean {
    return this.#last?.length === length
  }

  /** Back to the text that was remembered, with its logits; nothing where there is none. */
  goBack(): void {
    if (this.#last === undefined) return
    this.#tokens.length = this.#last.length
    this.#logits = this.#last.logits
  }
}
