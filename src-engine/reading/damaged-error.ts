/** What was read is not what was written. The reading has been cut there: its tokens are what is left. */
export class ReadingDamagedError extends Error {
  readonly tokens: number
  constructor(tokens: number) {
    super(`What was read of this document is damaged on its disk from token ${tokens} on. It is read again from there.`)
    this.name = 'ReadingDamagedError'
    this.tokens = tokens
  }
}
