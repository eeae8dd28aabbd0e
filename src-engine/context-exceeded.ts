/** A text is longer than what holds it, or than the model was made for. */
export class ContextExceededError extends Error {
  readonly tokens: number
  readonly contextMax: number
  constructor(tokens: number, contextMax: number) {
    super(`The text has ${tokens} tokens; the model has room for ${contextMax}.`)
    this.name = 'ContextExceededError'
    this.tokens = tokens
    this.contextMax = contextMax
  }
}
