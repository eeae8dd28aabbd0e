import { describe, expect, test } from 'vitest'
import { seamOf, vocabularyOf } from '../../../src-renderer/ingest/pdf/hyphens'

const none = vocabularyOf([])

describe('a hyphen at the end of a line', () => {
  test.each([
    ['the har-', 'vesting of apples', 'hyphen-moved'],
    ['two to four de-', 'grees', 'hyphen-moved'],
    ['ein großes Haus-', 'tier', 'hyphen-moved'],
    ['the long-', 'est of them', 'hyphen-moved'],
    ['a soft hyphen\u00ad', 'ated word', 'hyphen-moved'],
    ['the well-', 'known cellar', 'hyphen-kept'],
    ['the non-', 'Newtonian type', 'hyphen-kept'],
    ['servers for MySQL-', 'compatible software', 'hyphen-kept'],
    ['model AX-', '400, bought in 2011', 'hyphen-kept'],
    ['state-of-', 'the-art locks', 'hyphen-kept'],
    ['Haupt-', 'und Nebenlager', 'blank'],
    ['pre- or post-', 'and inter-war', 'blank'],
    ['he went away -', 'and came back', 'blank'],
    ['no hyphen here', 'at all', 'blank'],
    ['a range of 10-', '20 metres', 'hyphen-kept'],
  ] as const)('%s | %s: %s', (line, next, seam) => {
    expect(seamOf(line, next, none)).toBe(seam)
  })

  test('goes where the document has the word unbroken', () => {
    expect(seamOf('the low-', 'lands of the north', vocabularyOf(['In the lowlands it rains']))).toBe('hyphen-moved')
  })

  test('stays where the document has the compound', () => {
    expect(seamOf('the price-', 'determining sugar', vocabularyOf(['A price-determining step']))).toBe('hyphen-kept')
  })

  test('teaches nothing to the words of the document', () => {
    expect([...vocabularyOf(['the har-', 'vesting of apples'])]).toEqual(['the', 'of', 'apples'])
  })
})
