import { describe, expect, test } from 'vitest'
import { indexText, spellingsOf, wordsOf } from '../../../src-main/library/words'
import { fc } from '../../support/properties'

const texts = (text: string): readonly string[] => wordsOf(text).map((word) => word.text)
const spellings = (text: string): readonly string[] => spellingsOf(wordsOf(text)).map((spelling) => spelling.text)

describe('words', () => {
  test.each([
    ['C++, C# and plain C; .NET', ['c++', 'c#', 'and', 'plain', 'c', '.net']],
    ['1,234.5 and 1.234,5 and 3.2.1.', ['1,234.5', 'and', '1.234,5', 'and', '3.2.1']],
    ['1’234.5 tonnes at 0.75', ["1'234.5", 'tonnes', 'at', '0.75']],
    ['end.Next issue #12 a+b', ['end', 'next', 'issue', '12', 'a', 'b']],
    ['§ 12 and 50%', ['§', '12', 'and', '50', '%']],
    ['雨后桥', ['雨后', '后桥', '桥']],
    ['重跑gen-itgc后日志', ['重跑', '跑', 'gen', 'itgc', '后日', '日志', '志']],
    ['柿', ['柿']],
    ['역사 박물관은', ['역사', '사', '박물', '물관', '관은', '은']],
    ['𠮷野家', ['𠮷野', '野家', '家']],
    ['हिन्दी भाषा', ['हिन्दी', 'भाषा']],
    ['', []],
  ])('of %s', (text, words) => {
    expect(texts(text)).toEqual(words)
  })

  test('carry their places in the source', () => {
    const text = 'The eﬃcient Straße, 水位.'
    expect(wordsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(['The', 'eﬃcient', 'Straße', '水位', '位'])
  })

  test('never hold a quotation mark, a blank or a control character', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const word of texts(text)) expect(word).not.toMatch(/["\s\p{Cc}]/u)
    }), { numRuns: 1000 })
  })

  test('stand in order and lie inside the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      let before = 0
      for (const { start, end } of wordsOf(text)) {
        expect(start).toBeGreaterThanOrEqual(before)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        before = start
      }
    }), { numRuns: 1000 })
  })
})

describe('spellings', () => {
  test.each([
    ['multi-agent', ['multiagent']], ['e-mail', ['email']], ['state-of-the-art', ['stateof', 'ofthe', 'theart', 'stateoftheart']], ["O'Hara's", ['ohara', 'haras', 'oharas']],
    ['.NET', ['net']], ['1,234.5', ['1', '234', '5', '1234.5']], ['1.234,5', ['1', '234', '5', '1234,5']], ['3.2.1', ['3', '2', '1']], ['v3.2.1', ['v3', '2', '1', '3.2.1']],
    ['two words', []],
  ])('of %s', (text, expected) => {
    expect(spellings(text)).toEqual(expected)
  })

  test('in the index end with the single characters of unspaced scripts', () => {
    expect(indexText('雨后雨 a-b')).toEqual({ words: '雨后 后雨 雨 a b', spellings: 'ab 雨 后' })
  })
})
