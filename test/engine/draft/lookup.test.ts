import { describe, expect, it } from 'vitest'
import { createLookup, lengthMax } from '../../../src-engine/draft/lookup'
import { fc } from '../../support/properties'

/** The same by trying every place, latest first. */
function slowly(tokens: readonly number[], count: number): { readonly length: number; readonly next: readonly number[] } | null {
  let best = { length: 2, place: 0 }
  for (let place = tokens.length - 1; place > 0; place--) {
    let length = 0
    while (length < Math.min(place, lengthMax) && tokens[place - 1 - length] === tokens[tokens.length - 1 - length]) length++
    if (length > best.length) best = { length, place }
  }
  return best.place === 0 ? null : { length: best.length, next: tokens.slice(best.place, best.place + count) }
}

describe('looking up what was said before', () => {
  it('gives what followed the longest match', () => {
    const lookup = createLookup([1, 2, 3, 4, 5, 9, 2, 3, 4, 6, 7])
    lookup.push(2)
    lookup.push(3)
    expect(lookup.find(3)).toBeNull()
    lookup.push(4)
    expect(lookup.find(3)).toEqual({ length: 3, next: Int32Array.of(6, 7, 2) })
    const other = createLookup([1, 2, 3, 4, 5, 9, 2, 3, 4, 6, 1, 2, 3, 4])
    expect(other.find(3)).toEqual({ length: 4, next: Int32Array.of(5, 9, 2) })
  })

  it('gives no more than there is, also right behind itself', () => {
    expect(createLookup([7, 7, 7, 7]).find(5)).toEqual({ length: 3, next: Int32Array.of(7) })
    expect(createLookup([7, 7]).find(5)).toBeNull()
    expect(createLookup([]).find(5)).toBeNull()
  })

  it('finds what trying every place finds, whatever is said', () => {
    const token = fc.integer({ min: 0, max: 2 })
    fc.assert(fc.property(fc.array(token, { maxLength: 20 }), fc.array(token, { maxLength: 12 }), fc.integer({ min: 1, max: 6 }), (prompt, said, count) => {
      const lookup = createLookup(prompt)
      for (const next of said) lookup.push(next)
      const found = lookup.find(count)
      expect(found === null ? null : { length: found.length, next: [...found.next] }).toEqual(slowly([...prompt, ...said], count))
    }))
  })

  it('grows with the answer, and does not tire of a text that is one phrase', () => {
    const lookup = createLookup([1, 2, 3])
    for (let i = 0; i < 20_000; i++) lookup.push([1, 2, 3][i % 3] ?? 0)
    expect(lookup.find(4)?.length).toBe(lengthMax)
  })
})
