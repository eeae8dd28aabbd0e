import { describe, expect, it } from 'vitest'
import { chooseStretches } from '../../../src-main/ask/view'
import type { PassageHit } from '../../../src-main/contract/library'
import { fc } from '../../support/properties'

const hit = (first: number, last: number, tokens = 100, document = 'a'): PassageHit => ({ document, passage: first, first, last, tokens, score: 1 })

describe('chooseStretches', () => {
  it('widens the best passages by their neighbours while the budget allows', () => {
    expect(chooseStretches([hit(10, 14)], 1_000)).toEqual([{ document: 'a', first: 8, last: 16 }])
    expect(chooseStretches([hit(10, 14)], 150)).toEqual([{ document: 'a', first: 10, last: 14 }])
  })

  it('joins stretches that touch, in reading order', () => {
    const stretches = chooseStretches([hit(20, 24), hit(10, 14), hit(15, 18)], 375)
    expect(stretches).toEqual([{ document: 'a', first: 10, last: 18 }, { document: 'a', first: 20, last: 24 }])
  })

  it('shows at least the best passage, however long', () => {
    expect(chooseStretches([hit(3, 9, 5_000), hit(20, 21)], 600)).toEqual([{ document: 'a', first: 3, last: 9 }])
  })

  it('keeps documents apart, the one with the best passage first', () => {
    expect(chooseStretches([hit(5, 6, 100, 'b'), hit(5, 6, 100, 'a')], 250)).toEqual([{ document: 'b', first: 5, last: 6 }, { document: 'a', first: 5, last: 6 }])
  })

  it('never overlaps and never begins before the document', () => {
    const hits = fc.array(fc.tuple(fc.nat(60), fc.nat(8)).map(([first, length]) => hit(first, first + length)), { maxLength: 12 })
    fc.assert(
      fc.property(hits, fc.integer({ min: 100, max: 4_000 }), (list, budget) => {
        const stretches = chooseStretches(list, budget)
        const apart = (first: number, index: number): boolean => index === 0 || first > (stretches[index - 1]?.last ?? -1) + 1
        expect(stretches.every(({ first, last }, index) => first >= 0 && last >= first && apart(first, index))).toBe(true)
      }),
    )
  })
})
