import { expect, test } from 'vitest'
import { fold, sourceEnd, sourceStart } from '../../../src-main/text/fold'
import { fc } from '../../support/properties'

test.each([
  ['Straße', 'strasse'], ['STRASSE', 'strasse'], ['ẞ', 'ss'], ['Köln naïve résumé Ångström', 'koln naive resume angstrom'], ['e\u0301', 'e'],
  ['eﬃcient ﬁle', 'efficient file'], ['light\u00adhouse', 'lighthouse'], ['می\u200cخواهم', 'میخواهم'], ['non\u2011breaking\u2010hyphen', 'non-breaking-hyphen'],
  ['don’t', "don't"], ['\u202bשלום\u202c', 'שלום'], ['שָׁלוֹם', 'שלום'], ['ﺍﻟﺘﻤﺮ', 'التمر'], ['كتاب', 'کتاب'], ['أحمد', 'احمد'],
  ['۱۴۰۲', '1402'], ['٣٥٠', '350'], ['１２３ＡＢＣ', '123abc'], ['ﾊﾞﾅﾅ', 'バナナ'], ['が', 'が'], ['か\u3099', 'が'], ['\u1112\u1161\u11ab\u1100\u1173\u11af', '한글'],
  ['ΟΔΌΣ', 'οδοσ'], ['οδός', 'οδοσ'], ['İstanbul', 'istanbul'], ['ırmak', 'irmak'], ['Łódź', 'lodz'], ['Й', 'й'], ['ё', 'е'], ['हिन्दी', 'हिन्दी'],
  ['ﾡㅏ', '가'], ['method¹² m²', 'method^12 m^2'], ['\ufe12', '。'], ['Œuvre', 'oeuvre'],
])('%s folds to %s', (text, folded) => {
  expect(fold(text).text).toBe(folded.normalize('NFC'))
})

test('folding twice changes nothing more', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    const once = fold(text).text
    expect(fold(once).text).toBe(once)
  }), { numRuns: 500 })
})

test('every folded stretch maps back to a stretch of the source that folds to it', () => {
  const texts = fc.array(fc.constantFrom('a', 'B', ' ', 'ß', 'é', 'e\u0301', '\u00ad', 'ﬃ', '字', '한', '\u200c', '𝒜', '😀', '۱', '…', 'ﾊﾞ'), { maxLength: 20 }).map((parts) => parts.join(''))
  fc.assert(fc.property(texts, fc.nat(), fc.nat(), (text, from, length) => {
    const folded = fold(text)
    const start = from % (folded.text.length + 1)
    const end = Math.min(folded.text.length, start + (length % 5))
    if (end === start) return
    const source = text.slice(sourceStart(folded, start), sourceEnd(folded, end))
    // A piece that folds to several characters is taken whole.
    expect(fold(source).text).toContain(folded.text.slice(start, end))
  }), { numRuns: 1000 })
})

test('places in ASCII text are the same before and after', () => {
  const folded = fold('Plain TEXT.')
  expect(folded.changes).toEqual([])
  expect([sourceStart(folded, 6), sourceEnd(folded, 10)]).toEqual([6, 10])
})
