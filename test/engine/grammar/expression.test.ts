import { describe, expect, it } from 'vitest'
import { createExpressions, type Expression } from '../../../src-engine/grammar/expression'
import { encodeUtf8 } from '../../../src-engine/utf8'
import { fc } from '../../support/properties'

const all = createExpressions()
const after = (expression: Expression, text: string): Expression => encodeUtf8(text).reduce((state, byte) => state.after(byte), expression)
const matches = (expression: Expression, text: string): boolean => after(expression, text).mayEnd
const letter = (text: string): Expression => all.text(encodeUtf8(text))

/** Expressions over a and b, and the same as regular expressions of JavaScript. */
const pairs = fc.letrec<{ pair: { readonly ours: Expression; readonly theirs: string } }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'ab').map((text) => ({ ours: letter(text), theirs: text })),
    fc.constant({ ours: all.empty, theirs: '' }),
    fc.tuple(tie('pair'), tie('pair')).map(([x, y]) => ({ ours: all.sequence(x.ours, y.ours), theirs: `(?:${x.theirs})(?:${y.theirs})` })),
    fc.tuple(tie('pair'), tie('pair')).map(([x, y]) => ({ ours: all.either(x.ours, y.ours), theirs: `(?:${x.theirs}|${y.theirs})` })),
    fc.tuple(tie('pair'), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 })).filter(([x]) => !x.ours.mayEnd)
      .map(([x, least, more]) => ({ ours: all.repeat(x.ours, least, least + more), theirs: `(?:${x.theirs}){${least},${least + more}}` })),
    tie('pair').map((x) => ({ ours: all.optional(x.ours), theirs: `(?:${x.theirs})?` })),
  ),
})).pair

const texts = Array.from({ length: 127 }, (_, i) => (i + 1).toString(2).slice(1).replaceAll('0', 'a').replaceAll('1', 'b'))

describe('an expression', () => {
  it('matches what the same regular expression matches', () => {
    fc.assert(fc.property(pairs, ({ ours, theirs }) => {
      const regular = new RegExp(`^(?:${theirs})$`)
      for (const text of texts) expect(matches(ours, text)).toBe(regular.test(text))
    }), { numRuns: 300 })
  })

  it('knows from every state how few bytes complete it', () => {
    fc.assert(fc.property(pairs, fc.constantFrom(...texts.slice(0, 15)), ({ ours }, begun) => {
      const state = after(ours, begun)
      const shortest = texts.find((text) => matches(state, text))
      if (state.least <= 6) expect(shortest?.length).toBe(state.least)
      else expect(shortest).toBeUndefined()
    }), { numRuns: 300 })
  })

  it('looks the same from a short sight when it is shortened', () => {
    fc.assert(fc.property(pairs, fc.integer({ min: 1, max: 6 }), ({ ours }, bytes) => {
      const short = ours.within(bytes)
      for (const text of texts.filter(({ length }) => length <= bytes)) {
        expect(after(short, text).least).toBe(after(ours, text).least)
        expect(matches(short, text)).toBe(matches(ours, text))
      }
    }), { numRuns: 300 })
  })

  it('is completed only with bytes that can be written', () => {
    const some = createExpressions((byte) => byte !== 0x61)
    const [a, b] = ['a', 'b'].map((text) => some.text(encodeUtf8(text))) as [Expression, Expression]
    expect(some.either(a, some.sequence(b, b, b)).least).toBe(3)
    expect(some.sequence(b, a).least).toBe(Infinity)
    expect(some.repeat(a, 0, 3).least).toBe(0)
    expect(some.repeat(a, 1, 3).least).toBe(Infinity)
  })

  it('is one state in a long repetition, seen from short sight', () => {
    const long = all.repeat(letter('a'), 0, 1000)
    const states = Array.from({ length: 900 }, (_, i) => after(long, 'a'.repeat(i)).within(32))
    expect(new Set(states).size).toBe(1)
  })
})
