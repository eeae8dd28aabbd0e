import { commonLength } from '../common-length'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { createExpressions, type Expression } from './expression'
import { readSchema } from './schema'

/** Tokens that may come next under an expression. */
export interface Candidates {
  readonly tokens: Int32Array
  /** Fewest bytes, each a token by itself, after each token until nothing has to follow: so many tokens complete the form at most. */
  readonly needs: Int32Array
}

export interface TokenTable {
  /**
   * The form of a schema, made once for as long as the same one is asked for; its `least` is Infinity where this vocabulary cannot write it.
   * @throws SettingsError
   */
  form(schema: unknown): Expression
  candidates(state: Expression): Candidates
}

/** Longer tokens, which are rows of blanks and dashes, are not needed to say anything. */
const bytesMax = 32
/** Candidates that are remembered, of all states together. */
const rememberedMax = 4_000_000

const tables = new WeakMap<Tokenizer, TokenTable>()

/** The tokens of a vocabulary in the order of their bytes, made when first asked for. */
export function tokenTableOf(tokenizer: Tokenizer): TokenTable {
  const table = tables.get(tokenizer) ?? createTokenTable(tokenizer)
  tables.set(tokenizer, table)
  return table
}

interface Entry {
  readonly id: number
  readonly bytes: Uint8Array
}

function createTokenTable(tokenizer: Tokenizer): TokenTable {
  const entries: Entry[] = []
  for (let id = 0; id < tokenizer.size; id++) {
    const bytes = tokenizer.bytesOf(id)
    if (bytes.length > 0 && bytes.length <= bytesMax) entries.push({ id, bytes })
  }
  entries.sort((a, b) => compare(a.bytes, b.bytes))
  const shared = Uint8Array.from(entries, ({ bytes }, i) => commonLength(bytes, entries[i - 1]?.bytes ?? new Uint8Array(0)))
  const single = new Set(entries.flatMap(({ bytes }) => (bytes.length === 1 ? [...bytes] : [])))
  let known: { readonly schema: string; readonly form: Expression } | undefined
  const remembered = new Map<Expression, Candidates>()
  let size = 0
  return {
    form(schema) {
      const text = JSON.stringify(schema)
      if (known?.schema !== text) {
        known = { schema: text, form: readSchema(schema, createExpressions((byte) => single.has(byte))) }
        remembered.clear()
        size = 0
      }
      return known.form
    },
    candidates(state) {
      const short = state.within(bytesMax)
      const found = remembered.get(short) ?? walk(entries, shared, short)
      if (remembered.has(short)) return found
      size += found.tokens.length
      if (size > rememberedMax) {
        remembered.clear()
        size = found.tokens.length
      }
      remembered.set(short, found)
      return found
    },
  }
}

/** Neighbours share the way through their common bytes; where a byte may not follow, all tokens that share it are out. */
function walk(entries: readonly Entry[], shared: Uint8Array, start: Expression): Candidates {
  const tokens: number[] = []
  const needs: number[] = []
  const states = [start]
  let deadAt = Infinity
  entries.forEach(({ id, bytes }, i) => {
    const common = shared[i] ?? 0
    if (common > deadAt) return
    deadAt = Infinity
    for (let at = common; at < bytes.length; at++) {
      const next = states[at]?.after(bytes[at] ?? 0)
      if (next === undefined || next.least === Infinity) {
        deadAt = at
        return
      }
      states[at + 1] = next
    }
    tokens.push(id)
    needs.push(states[bytes.length]?.least ?? 0)
  })
  return { tokens: Int32Array.from(tokens), needs: Int32Array.from(needs) }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const common = commonLength(a, b)
  return (a[common] ?? -1) - (b[common] ?? -1)
}
