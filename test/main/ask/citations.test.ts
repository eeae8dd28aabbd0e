import { describe, expect, it } from 'vitest'
import { attribute, gatherEvidence, type Attention, supportBy } from '../../../src-main/ask/citations'
import { sentenceText } from '../../support/sentence-text'

const book = [
  'A river does not meet the sea along a line.',
  'In the dry summer of 1976 the upper limit of salt was found nine kilometres above the town bridge, seven beyond its usual place.',
  'The gauge at the mill, which had stood idle for a generation, was put back into use within the week.',
  'What moved the limit was not the sea but the want of rain.',
  'When the river falls below four cubic metres a second, each spring tide gains ground that the next neap does not give back.',
  'The reeds show it first: their tips turn grey from the seaward side.',
  'Closing the barrier takes 35 minutes.',
].map((text, index) => sentenceText(text, { index, unit: index }))
const evidence = gatherEvidence(book)
const question = 'How far did the salt come up the river in 1976, and why?'

function support(answer: string, asked = question): readonly (readonly [string, readonly number[]])[] {
  const { statements, citations } = attribute(asked, answer, [[0, answer.length]], evidence)
  return statements.map((statement) => [statement.support, citations.map((citation) => citation.unit)] as const)
}

describe('attribute', () => {
  it('cites the sentence that a statement comes from', () => {
    expect(support('In 1976 the salt was found nine kilometres above the town bridge.')).toEqual([['cited', [1]]])
    expect(support('The reed tips turn grey from the seaward side first.')).toEqual([['cited', [5]]])
  })

  it('cites two sentences where a statement needs both', () => {
    const [[kind, units] = ['', []]] = support('The want of rain moved the limit, and each spring tide gains ground that the neap does not give back.')
    expect(kind).toBe('cited')
    expect([...units].sort()).toEqual([3, 4])
  })

  it('names what nothing supports instead of citing what is near', () => {
    expect(support('The same happened in the wet autumn of 1921 near the old harbour.')).toEqual([['not-found', []]])
    expect(support('Kingfishers nest in tunnels that slope upwards.')).toEqual([['not-found', []]])
  })

  it('never supports a number that is not there', () => {
    expect(support('Closing the barrier takes 35 minutes.', 'How long does closing take?')).toEqual([['cited', [6]]])
    expect(support('Closing the barrier takes 53 minutes.', 'How long does closing take?')).toEqual([['not-found', []]])
  })

  it('does not fetch a number from a sentence about something else', () => {
    const weir = gatherEvidence([sentenceText('The weir at Coldwater Mill was built in 1731.'), sentenceText('The marsh at Sandgate was first levelled in 1921.', { unit: 1 })])
    const { statements } = attribute('In which year was the weir built?', 'The weir at Coldwater Mill was built in 1921.', [[0, 45]], weir)
    expect(statements[0]?.support).toBe('not-found')
  })

  it('wants a name in the cited sentence or near it', () => {
    const moon = gatherEvidence([sentenceText('The day of the moon is 24 hours and 50 minutes long.'), sentenceText('The Wend begins at Harrow Head.', { unit: 9, index: 90 }), sentenceText('It is 142 kilometres long.', { unit: 9, index: 92 })])
    const support = (answer: string): string | undefined => attribute('How long is the Wend?', answer, [[0, answer.length]], moon).statements[0]?.support
    expect(support('The Wend is 24 hours and 50 minutes long.')).toBe('not-found')
    expect(support('The Wend is 142 kilometres long.')).toBe('cited')
  })

  it('asks no support for a refusal, a lead-in or a bare mark', () => {
    expect(support('Not found in the text.')).toEqual([['none-needed', []]])
    expect(support('Here is what the book says:')).toEqual([['none-needed', []]])
    expect(support('—')).toEqual([['none-needed', []]])
  })

  it('keeps one marker for one sentence and numbers them by first use', () => {
    const answer = 'The reeds show it first. Rain was wanting: the limit moved for want of rain. The reeds’ tips turn grey.'
    const ranges = [[0, 24], [25, 78], [79, answer.length]] as const
    const { citations } = attribute(question, answer, ranges, evidence)
    expect(citations.map(({ marker, unit }) => [marker, unit])).toEqual([[1, 5], [2, 3], [1, 5]])
  })

  it('quotes the source character for character, with its place', () => {
    const { citations } = attribute(question, 'The barrier closes in 35 minutes.', [[0, 33]], evidence)
    expect(citations[0]).toMatchObject({ quote: 'Closing the barrier takes 35 minutes.', page: 7, pageLabel: '7', verified: true, span: { start: { unit: 6, offset: 0 }, end: { unit: 6, offset: 37 } } })
  })

  it('works where words are not spaced', () => {
    const zh = gatherEvidence([sentenceText('水库今年存水三百吨。'), sentenceText('春天的果园需要修剪。', { unit: 1 })])
    const { statements, citations } = attribute('水库存了多少水？', '水库存水三百吨。', [[0, 8]], zh)
    expect(statements[0]?.support).toBe('cited')
    expect(citations[0]?.unit).toBe(0)
  })
})

describe('attribute with the model\'s attention', () => {
  /** One head that puts `mass` on each token's sentence. */
  const looking = (answer: string, at: number, mass: number, logProbability = -0.5): Attention => ({
    usual: { mass: 0.25, logProbability: -1 },
    pieces: [{ of: 'answer', start: 0, end: answer.length, tokens: 4, rows: 4, logProbability: 4 * logProbability, masses: Float32Array.from(book, (_, i) => (i === at ? 4 * mass : 0.02)) }],
  })
  const cited = (answer: string, attention: Attention, asked = question): readonly (readonly [string, string, number | undefined, string | undefined])[] => {
    const { statements, citations } = attribute(asked, answer, [[0, answer.length]], evidence, supportBy(evidence, attention))
    return statements.map(({ support: found }) => [found, answer, citations[0]?.unit, citations[0]?.confidence])
  }

  it('is sure where words and attention name the same sentence', () => {
    const answer = 'The reed tips turn grey from the seaward side first.'
    expect(cited(answer, looking(answer, 5, 0.3))).toEqual([['cited', answer, 5, 'high']])
  })

  it('says so where they differ', () => {
    const answer = 'What moved the limit was the want of rain.'
    expect(cited(answer, looking(answer, 4, 0.2))[0]?.[3]).toBe('low')
  })

  it('finds what is said in other words, or in another language', () => {
    const answer = 'Die Schranke braucht eine halbe Stunde und ein wenig mehr, bis sie zu ist.'
    expect(cited(answer, looking(answer, 6, 0.4), 'Wie lange dauert das?')).toEqual([['cited', answer, 6, 'low']])
  })

  it('does not find what the model made up: nothing drew its attention, or its words were improbable and stand nowhere', () => {
    const answer = 'Kingfishers nest in tunnels that slope upwards.'
    expect(cited(answer, looking(answer, 2, 0.004))[0]?.[0]).toBe('not-found')
    expect(cited(answer, looking(answer, 2, 0.1, -6))[0]?.[0]).toBe('not-found')
  })

  it('never supports a number that is not there, however sure the model is', () => {
    const answer = 'Closing the barrier takes 53 minutes.'
    expect(cited(answer, looking(answer, 6, 0.6, -0.01))[0]?.[0]).toBe('not-found')
  })

  it('falls back to words where nothing was told of a statement', () => {
    const answer = 'Closing the barrier takes 35 minutes.'
    expect(cited(answer, { usual: { mass: 0.25, logProbability: -1 }, pieces: [] })).toEqual([['cited', answer, 6, undefined]])
  })
})
