import { describe, expect, it } from 'vitest'
import { createQuoteGuard, standsIn } from '../../../src-main/ask/quotes'
import { fc } from '../../support/properties'

const sources = ['No passage on the ebb.', 'The boat’s mast could be lowered – by one\nman – for a bridge.', '水库今年存水三百吨。']

function stream(text: string, size: number): string {
  const guard = createQuoteGuard(sources)
  const characters = Array.from(text)
  let shown = ''
  for (let at = 0; at < characters.length; at += size) shown += guard.push(characters.slice(at, at + size).join(''))
  return shown + guard.end()
}

describe('quote guard', () => {
  it.each([
    ['The rule says “No passage on the ebb.” to all.', 'The rule says “No passage on the ebb.” to all.'],
    ['The rule says "no passage on the ebb" to all.', 'The rule says "no passage on the ebb" to all.'],
    ['Its "mast could be lowered - by one man - for a bridge".', 'Its "mast could be lowered - by one man - for a bridge".'],
    ['The rule says "No passage at night" to all.', 'The rule says No passage at night to all.'],
    ['书中说「水库今年存水三百吨」。', '书中说「水库今年存水三百吨」。'],
    ['书中说「水库今年存水五百吨」。', '书中说水库今年存水五百吨。'],
    ['„No passage on the ebb“ steht dort.', '„No passage on the ebb“ steht dort.'],
    ['An opening " that never closes', 'An opening  that never closes'],
    ['A line " ends\nand goes on', 'A line  ends\nand goes on'],
  ])('shows %s rightly, whatever the pieces of the stream', (text, shown) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect(stream(text, size)).toBe(shown)
  })

  it('loses no word of any stream', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', '“', '”', '\n', '語', '😀') }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const words = (value: string): string => value.replace(/["“”]/gu, '')
        expect(words(stream(text, size))).toBe(words(text))
      }),
    )
  })

  it('finds a quotation across line ends and quote styles only where its words are there', () => {
    expect(standsIn('lowered – by one man', sources)).toBe(true)
    expect(standsIn('lowered by one man', sources)).toBe(false)
  })
})
