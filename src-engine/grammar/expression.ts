/**
 * Regular expressions over bytes and their derivatives (Brzozowski 1964; Owens, Reppy and Turon 2009): what may still follow after a byte.
 * Equal expressions are one object, so that an expression is the state of an automaton that is built as it is walked.
 */

export interface Expression {
  /** True where nothing has to follow. */
  readonly mayEnd: boolean
  /** Fewest bytes until nothing has to follow; Infinity where that cannot be reached. */
  readonly least: number
  /** What may follow after a byte; `nothing` if the byte may not. */
  after(byte: number): Expression
  /** The same for whoever looks at so many bytes: long repetitions are made short, so that states that look alike from there are one. */
  within(bytes: number): Expression
}

/** Bytes first to last. */
export type ByteRange = readonly [first: number, last: number]

export interface Expressions {
  /** No text at all. */
  readonly nothing: Expression
  /** The empty text. */
  readonly empty: Expression
  oneOf(...ranges: readonly ByteRange[]): Expression
  text(bytes: Uint8Array): Expression
  /** One after the other. */
  sequence(...parts: readonly Expression[]): Expression
  either(...parts: readonly Expression[]): Expression
  /** `part`, which is not empty, so many times. */
  repeat(part: Expression, least: number, most: number): Expression
  optional(part: Expression): Expression
}

const allBytes = Array.from({ length: 256 }, (_, byte) => byte)

interface Node extends Expression {
  readonly id: number
}

/**
 * A family of expressions, which can be put together with each other.
 * @param writable bytes with which a text can be completed
 */
export function createExpressions(writable: (byte: number) => boolean = () => true): Expressions {
  const known = new Map<string, Node>()

  function node(key: string, parts: { mayEnd: boolean; least: number; derive(byte: number): Node; shorten?(bytes: number): Node }): Node {
    const found = known.get(key)
    if (found !== undefined) return found
    const after: (Node | undefined)[] = []
    const within = new Map<number, Node>()
    const made: Node = {
      id: known.size,
      mayEnd: parts.mayEnd,
      least: parts.least,
      after: (byte) => (after[byte] ??= parts.derive(byte)),
      within(bytes) {
        if (bytes <= 0) return made
        const short = within.get(bytes) ?? parts.shorten?.(bytes) ?? made
        within.set(bytes, short)
        return short
      },
    }
    known.set(key, made)
    return made
  }

  const nothing: Node = node('nothing', { mayEnd: false, least: Infinity, derive: () => nothing })
  const empty: Node = node('empty', { mayEnd: true, least: 0, derive: () => nothing })

  function oneOf(...ranges: readonly ByteRange[]): Node {
    const fits = (byte: number): boolean => ranges.some(([first, last]) => byte >= first && byte <= last)
    const least = allBytes.some((byte) => fits(byte) && writable(byte)) ? 1 : Infinity
    return node(`[${ranges.join(' ')}]`, { mayEnd: false, least, derive: (byte) => (fits(byte) ? empty : nothing) })
  }

  function pair(first: Node, second: Node): Node {
    if (first === nothing || second === nothing) return nothing
    if (first === empty) return second
    if (second === empty) return first
    return node(`${first.id}.${second.id}`, {
      mayEnd: first.mayEnd && second.mayEnd,
      least: first.least + second.least,
      derive: (byte) => alternatives([pair(derived(first, byte), second), ...(first.mayEnd ? [derived(second, byte)] : [])]),
      shorten: (bytes) => pair(shortened(first, bytes), shortened(second, bytes - first.least)),
    })
  }

  function alternatives(parts: readonly Node[]): Node {
    const distinct = [...new Set(parts)].filter((part) => part !== nothing).sort((a, b) => a.id - b.id)
    const [only = nothing, ...more] = distinct
    if (more.length === 0) return only
    return node(`|${distinct.map(({ id }) => id).join('|')}`, {
      mayEnd: distinct.some(({ mayEnd }) => mayEnd),
      least: Math.min(...distinct.map(({ least }) => least)),
      derive: (byte) => alternatives(distinct.map((part) => derived(part, byte))),
      shorten: (bytes) => alternatives(distinct.map((part) => shortened(part, bytes))),
    })
  }

  function repeated(part: Node, least: number, most: number): Node {
    if (most === 0) return empty
    if (part === nothing) return least === 0 ? empty : nothing
    if (part.mayEnd) throw new Error('What is repeated may not be empty.')
    return node(`${part.id}{${least},${most}}`, {
      mayEnd: least === 0,
      least: least === 0 ? 0 : least * part.least,
      derive: (byte) => pair(derived(part, byte), repeated(part, Math.max(0, least - 1), most - 1)),
      shorten: (bytes) => repeated(part, least, Math.min(most, Math.max(least, Math.ceil(bytes / part.least) + 1))),
    })
  }

  // Every expression of the family is a node of it.
  const derived = (of: Node, byte: number): Node => of.after(byte) as Node
  const shortened = (of: Node, bytes: number): Node => of.within(bytes) as Node
  const nodes = (parts: readonly Expression[]): readonly Node[] => parts as readonly Node[]
  const sequence = (...parts: readonly Expression[]): Node => nodes(parts).reduceRight((rest, part) => pair(part, rest), empty)

  return {
    nothing,
    empty,
    oneOf,
    text: (bytes) => sequence(...Array.from(bytes, (byte) => oneOf([byte, byte]))),
    sequence,
    either: (...parts) => alternatives(nodes(parts)),
    repeat: (part, least, most) => repeated(part as Node, least, most),
    optional: (part) => alternatives([empty, part as Node]),
  }
}
