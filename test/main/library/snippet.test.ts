import { expect, test } from 'vitest'
import { findMatches } from '../../../src-main/library/matches'
import { parseQuery } from '../../../src-main/library/query'
import { makeSnippet } from '../../../src-main/library/snippet'

const snippetOf = (text: string, query: string) => makeSnippet(text, findMatches(text, parseQuery(query)))
const marked = (text: string, query: string): readonly string[] => {
  const { text: shown, matches } = snippetOf(text, query)
  return matches.map(([start, end]) => shown.slice(start, end))
}
const filler = 'Nothing of note happens in this part of the ledger. '.repeat(10)

test('shows the stretch that holds most of the words, not the first word', () => {
  const text = `A weir. ${filler}The heron stands in the weir of the mill. ${filler}`
  const snippet = snippetOf(text, 'heron weir mill')
  expect(snippet.text).toContain('The heron stands in the weir of the mill.')
  expect(snippet.text.startsWith('… ')).toBe(true)
  expect(snippet.text.endsWith(' …')).toBe(true)
  expect(marked(text, 'heron weir mill')).toEqual(['heron', 'weir', 'mill'])
  expect(snippet.terms).toBe(3)
})

test('marks are exact where folding changed lengths and white space was made single', () => {
  const text = `${filler}\n\n  Die   Stra\u00dfe \n nach Gie\u00dfen,   eﬃcient \u202bשלום\u202c co\u00adoperate.`
  expect(marked(text, 'strasse giessen efficient שלום cooperate')).toEqual(['Straße', 'Gießen', 'eﬃcient', 'שלום', 'co\u00adoperate'])
})

test('marks a phrase as one, a compound as one, a single character alone', () => {
  expect(marked('Say the quoted term, not the term that was quoted.', '"quoted term"')).toEqual(['quoted term'])
  expect(marked('An e-mail and an email.', 'e-mail')).toEqual(['e-mail', 'email'])
  expect(marked('An e-mail came.', 'email')).toEqual(['e-mail'])
  expect(marked('春雨に濡れた柿の木。', '雨')).toEqual(['雨'])
  expect(marked('水位上涨三尺', '位上涨')).toEqual(['位上涨'])
})

test('a long text without blanks is cut between characters', () => {
  const text = `${'𠮷'.repeat(400)}雨${'𠮷'.repeat(400)}`
  const { text: shown } = snippetOf(text, '雨')
  expect(shown).toContain('雨')
  expect(shown.length).toBeLessThan(300)
  expect(shown.isWellFormed()).toBe(true)
})

test('without a match it is the beginning of the text', () => {
  expect(snippetOf('Short text.', 'zebra')).toMatchObject({ text: 'Short text.', matches: [], match: null, terms: 0 })
})
