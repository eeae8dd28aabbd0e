import { describe, expect, it } from 'vitest'
import type { Citation, Statement } from '../../../src-main/contract/answer'
import { answerBlocks, gluedParts, unsupportedCount, type AnswerPart } from '../../../src-renderer/state/answer-text'

const citation = (marker: number, statement: readonly [number, number]): Citation => ({
  marker, statement, document: 'd', title: 'T', span: { start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 4 } }, quote: 'q', verified: true, unit: 0, page: 1, pageLabel: null, section: [], paragraph: null,
})
const statement = (range: readonly [number, number], support: Statement['support']): Statement => ({ range, support })
const shape = (parts: readonly AnswerPart[]): string => parts.map((part) => (part.kind === 'chips' ? `[${part.citations.join(',')}]` : part.unsupported ? `?${part.text}?` : part.text)).join('|')
const shapes = (text: string, statements: readonly Statement[], citations: readonly Citation[]): readonly string[] =>
  answerBlocks({ text, statements, citations }).map(({ parts }) => shape(parts))

describe('an answer as it is shown', () => {
  it('puts chips after the statement that they support, and tells apart what nothing supports', () => {
    const text = 'One is so. Two is not.'
    expect(shapes(text, [statement([0, 10], 'cited'), statement([11, 22], 'not-found')], [citation(1, [0, 10])])).toEqual(['One is so.|[0]| |?Two is not.?'])
  })

  it('puts several chips of one statement together', () => {
    expect(shapes('So it is.', [], [citation(1, [0, 9]), citation(2, [0, 9])])).toEqual(['So it is.|[0,1]'])
  })

  it('finds the place of a chip where the statement ends in a mark', () => {
    expect(shapes('It is **so.** And more.', [statement([0, 13], 'cited')], [citation(1, [0, 13])])).toEqual(['It is |so.|[0]| And more.'])
  })

  it('ends a block with its chips, not the next one', () => {
    expect(shapes('First.\n\nSecond.', [], [citation(1, [0, 6]), citation(2, [8, 15])])).toEqual(['First.|[0]', 'Second.|[1]'])
    expect(shapes('- a  \n- b', [], [citation(1, [0, 5])])).toEqual(['a  |[0]', 'b'])
  })

  it('leaves out chips of ranges that the text does not reach yet', () => {
    expect(shapes('Half', [], [citation(1, [0, 40])])).toEqual(['Half'])
  })

  it('loses no citation whose range lies in the text', () => {
    const text = '# Head\n\n1. one\n2. two\n\n`code`'
    const ends = [6, 8, 14, 21, text.length]
    const found = answerBlocks({ text, statements: [], citations: ends.map((end, index) => citation(index + 1, [0, end])) })
      .flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'chips' ? part.citations : [])))
    expect(found).toEqual([0, 1, 2, 3, 4])
  })

  it('keeps a chip with the word before it', () => {
    const [block] = answerBlocks({ text: 'It went far. Then', statements: [], citations: [citation(1, [0, 12])] })
    expect(gluedParts(block?.parts ?? []).map(shape)).toEqual(['It went ', 'far.|[0]', ' Then'])
  })

  it('counts what was not found', () => {
    expect(unsupportedCount({ statements: [statement([0, 1], 'not-found'), statement([1, 2], 'cited'), statement([2, 3], 'none-needed')] })).toBe(1)
  })
})
