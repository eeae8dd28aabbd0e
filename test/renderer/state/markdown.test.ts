import { describe, expect, it } from 'vitest'
import { parseMarkdown, type Block } from '../../../src-renderer/state/markdown'
import { fc } from '../../support/properties'

const shape = (source: string): readonly string[] => parseMarkdown(source).map(({ kind, inlines }) => `${kind}: ${inlines.map(({ text, strong, emphasis, code }) => `${strong ? 'S' : ''}${emphasis ? 'E' : ''}${code ? 'C' : ''}<${text}>`).join('')}`)

describe('the little Markdown of answers', () => {
  it('knows paragraphs, headings, lists and code', () => {
    expect(shape('One\nstill one\n\n## Two\n- a\n* b\n1. c\n2) d\n```js\nx < y\n```\nend')).toEqual([
      'paragraph: <One\nstill one>', 'heading: <Two>', 'bullet: <a>', 'bullet: <b>', 'numbered: <c>', 'numbered: <d>', 'code: C<x < y>', 'paragraph: <end>',
    ])
  })

  it('knows emphasis and code in a line, also inside each other', () => {
    expect(shape('a **b *c* d** `e*` _f_')).toEqual(['paragraph: <a >S<b >SE<c>S< d>< >C<e*>< >E<f>'])
  })

  it('leaves marks that do not pair as they are', () => {
    for (const source of ['2 * 3 * 4', 'snake_case_name', '**open', '`tick', 'a * b*c', '__init', '5*']) expect(shape(source)).toEqual([`paragraph: <${source}>`])
  })

  it('leaves links, images, references and HTML as the characters that they are', () => {
    for (const source of ['[x](https://e.test/?a=1)', '![i](https://e.test/i.png)', '[r]: https://e.test', '<img src=x onerror=alert(1)>', '<https://e.test>', 'https://e.test', '&lt;b&gt;']) {
      expect(shape(source)).toEqual([`paragraph: <${source}>`])
    }
  })

  it('numbers and nests items as written', () => {
    expect(parseMarkdown('7. a\n  - b\n      - c').map(({ kind, number, depth }) => [kind, number, depth])).toEqual([['numbered', 7, 0], ['bullet', null, 1], ['bullet', null, 3]])
  })

  it('keeps a fence open until the end of a text that still streams', () => {
    expect(shape('```\nhalf')).toEqual(['code: C<half>'])
    expect(shape('```')).toEqual(['code: '])
  })

  it('gives every piece the place where its characters stand, in order, whatever the text', () => {
    const marks = fc.stringMatching(/^[ab *_`#\-\n1.<>[\]()!]*$/)
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), marks), (source) => {
      const blocks: readonly Block[] = parseMarkdown(source)
      let at = 0
      for (const { start, end, text } of blocks.flatMap(({ inlines }) => inlines)) {
        expect(start).toBeGreaterThanOrEqual(at)
        expect(source.slice(start, end)).toBe(text)
        at = end
      }
      const shown = blocks.flatMap(({ inlines }) => inlines.map(({ text }) => text)).join('')
      const letters = (text: string): string => text.replace(/[^\p{L}]/gu, '')
      if (!source.includes('```') && !source.includes('~~~')) expect(letters(shown)).toBe(letters(source))
    }), { numRuns: 500 })
  })

  it('is quick on long rows of marks', () => {
    const begun = process.cpuUsage()
    for (const source of ['*'.repeat(4_000), '**a '.repeat(1_500), '`a '.repeat(1_500), '_a '.repeat(1_500)]) parseMarkdown(source)
    // Processor time, which others on the computer do not take.
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(5_000)
  })
})
