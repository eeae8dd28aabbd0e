import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import type { Answer, Citation } from '../../../src-main/contract/answer'
import { answerToMarkdown, conversationToMarkdown, escapeMarkdown } from '../../../src-main/export/markdown'
import { placeOf, rangesOf } from '../../../src-main/export/place'
import { fc } from '../../support/properties'

const first = 'It reached nine kilometres above the bridge.'
const second = 'The same happened in 1921.'
const citation: Citation = {
  marker: 1, statement: [0, first.length], document: 'd', title: 'Tidal Rivers', unit: 87, page: 88, pageLabel: '74', section: ['4 Mud'], paragraph: 2,
  span: { start: { unit: 87, offset: 0 }, end: { unit: 87, offset: 10 } }, quote: 'In the dry summer of 1976 the limit\nwas found nine kilometres above.', verified: true,
}
const answer: Answer = {
  id: 1, conversation: 1, question: 'How far\ndid it come?', text: `${first} ${second}`, state: 'done', failure: null, model: 'SmolLM2-135M-Instruct', mode: 'passages',
  statements: [{ range: [0, first.length], support: 'cited' }, { range: [first.length + 1, first.length + 1 + second.length], support: 'not-found' }],
  citations: [citation], coverage: { documents: [{ document: 'd', title: 'Tidal Rivers', unitsInView: [2, 3, 87], unitsTotal: 410, paginated: true }], complete: false },
  missingWords: [], tokens: { reused: 0, prefilled: 10, generated: 5 }, milliseconds: { prefill: 1, firstToken: 2, total: 3 }, asked: '2026-11-25T10:00:00.000Z',
}

/** What a Markdown reader makes of a text besides paragraphs of words. */
function nodeTypes(text: string): readonly string[] {
  const types: string[] = []
  const visit = (node: { readonly type: string; readonly children?: readonly unknown[] }): void => {
    if (!['root', 'paragraph', 'text', 'break'].includes(node.type)) types.push(node.type)
    for (const child of node.children ?? []) visit(child as typeof node)
  }
  visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }))
  return types
}

describe('Markdown export', () => {
  it('gives title, page label, page of the file and the quoted sentence as a footnote', () => {
    expect(answerToMarkdown(answer)).toBe(
      [
        '## How far did it come?',
        `${first}[^1] ${second} *(not found in the text)*`,
        '*In view: Tidal Rivers: 3 of 410 pages (3-4, 88). SmolLM2-135M-Instruct, 2026-11-25.*',
        '[^1]: *Tidal Rivers*, p. 74 (PDF p. 88): “In the dry summer of 1976 the limit was found nine kilometres above.”',
        '',
      ].join('\n\n').replace(/\n\n$/u, '\n'),
    )
  })

  it('numbers the notes of a conversation by answer', () => {
    const text = conversationToMarkdown({ id: 1, title: 'Salt', documents: ['d'], answers: 2, updated: answer.asked, history: [answer, { ...answer, id: 2 }] })
    expect(text.match(/\[\^\d-\d\](?=:)/gu)).toEqual(['[^1-1]', '[^2-1]'])
    expect(text.startsWith('# Salt\n\n## How far did it come?')).toBe(true)
  })

  it.each([
    '![x](https://evil.example/a.png)', '[x](javascript:alert(1))', '<img src=x onerror=alert(1)>', '[a]: https://evil.example', 'see https://evil.example/?q=secret', 'www.evil.example',
    'mail me@evil.example', '# heading', '`code` **bold** ~~gone~~', '| a | b |\n|---|---|', '1. one\n- two', '> quoted', '&lt;b&gt;', 'x\n===', '[^1]', '<https://evil.example>', '---', '    code',
  ])('makes nothing of %j but text', (text) => {
    expect(nodeTypes(escapeMarkdown(text))).toEqual([])
    expect(nodeTypes(answerToMarkdown({ ...answer, text, statements: [], citations: [{ ...citation, quote: text, title: text }] }))).not.toContain('image')
  })

  it('makes no table of a line of colons and hyphens', () => {
    for (const text of ['Tide\n:-', 'Tide\n:-:', 'Tide\n  :---', 'Tide\n-:']) expect(nodeTypes(escapeMarkdown(text)), text).toEqual([])
    expect(escapeMarkdown('Tide\n:-')).toBe('Tide\n\\:-')
  })

  it('makes nothing but text of any text', () => {
    const piece = fc.constantFrom('[', ']', '(', ')', '!', '<', '>', '`', '*', '_', '#', '-', '+', '1.', '|', '~', '&', ';', ':', '\\', '/', 'http', 'www.', '@', 'a', ' ', '\n', '\t', '=', '.com', '^')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        expect(nodeTypes(escapeMarkdown(pieces.join('')))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('says where there are no pages by section and paragraph', () => {
    expect(placeOf({ page: null, pageLabel: null, section: ['2 Methods', '2.1 Sample'], paragraph: 4 })).toBe('2 Methods › 2.1 Sample, ¶ 4')
    expect(placeOf({ page: 6, pageLabel: 'iv', section: [], paragraph: null })).toBe('p. iv (PDF p. 6)')
    expect(placeOf({ page: 6, pageLabel: '6', section: [], paragraph: null })).toBe('p. 6')
    expect(rangesOf([0])).toBe('1')
  })
})
