import { SettingsError } from '../sampler/settings'
import type { Tokenizer } from '../tokenizer/tokenizer'
import type { Expression } from './expression'
import { tokenTableOf } from './token-table'

/** Keeps an answer to a form, token by token. */
export interface Guide {
  /**
   * 1 for each token that may be said next if `left` tokens can still be said, that one among them: after it the form can be completed within
   * the others. The next call writes over it.
   */
  allowed(left: number): Uint8Array
  said(token: number): void
  /** True where the form is complete, though more might follow. */
  readonly mayEnd: boolean
  /** True where nothing can follow. */
  readonly mustEnd: boolean
}

interface GuideOptions {
  readonly tokenizer: Tokenizer
  /** Tokens that end the answer. */
  readonly stops: ReadonlySet<number>
  readonly tokensMax: number
}

/** @throws SettingsError if the schema cannot be kept to: at all, by this model, or in so few tokens. */
export function createGuide(schema: unknown, { tokenizer, stops, tokensMax }: GuideOptions): Guide {
  const table = tokenTableOf(tokenizer)
  let state: Expression = table.form(schema)
  if (state.least === Infinity) throw new SettingsError('this model cannot write all the letters of the form that is asked for')
  if (state.least > tokensMax) throw new SettingsError(`the form that is asked for may take ${state.least} tokens, and ${tokensMax} are allowed`)
  const allowed = new Uint8Array(tokenizer.size)

  return {
    allowed(left) {
      allowed.fill(0)
      const { tokens, needs } = table.candidates(state)
      for (let i = 0; i < tokens.length; i++) if ((needs[i] ?? 0) < left) allowed[tokens[i] ?? 0] = 1
      if (state.mayEnd) for (const stop of stops) allowed[stop] = 1
      return allowed
    },
    said(token) {
      for (const byte of tokenizer.bytesOf(token)) state = state.after(byte)
    },
    get mayEnd() {
      return state.mayEnd
    },
    get mustEnd() {
      return state.mayEnd && table.candidates(state).tokens.length === 0
    },
  }
}
