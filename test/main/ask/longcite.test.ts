import { describe, expect, it } from 'vitest'
import { attribute, gatherEvidence } from '../../../src-main/ask/citations'
import { citesByItself, createLongCiteReader, longCiteMessages } from '../../../src-main/ask/longcite'
import { sentenceText } from '../../support/sentence-text'

describe("LongCite's request", () => {
  it('numbers the sentences, keeps their white space and ends with the question', () => {
    const sentences = [sentenceText('One.'), sentenceText('Two.'), sentenceText('第三句。', { paragraph: 2 })]
    const [message, ...others] = longCiteMessages('Which is $& third?', sentences)
    expect(others).toEqual([])
    expect(message?.content).toMatch(/^Please answer the user's question based on the following document\. /)
    expect(message?.content).toMatch(/\n\n\[Document Start\]\n<C0>One\. <C1>Two\.\n<C2>第三句。\n\[Document End\]\n\nWhich is \$& third\?$/)
    expect(message?.content.match(/<C_\{e1\}>/g)).toHaveLength(1)
  })

  it('is for models of that name', () => {
    expect(['LongCite-glm4-9b', 'longcite glm4 9b'].map(citesByItself)).toEqual([true, true])
    expect(['glm-4-9b-chat', 'LongWriter-glm4-9b'].map(citesByItself)).toEqual([false, false])
  })
})

const evidence = gatherEvidence([
  'The weir at Coldwater Mill was built in 1921.', 'It is nine metres high.', 'Salt was found above the bridge.', 'The bridge is older.', '桥很老。',
].map((text, index) => sentenceText(text, { index })))

interface Answered {
  readonly text: string
  readonly cited: readonly (readonly [statement: string, support: string, quotes: readonly string[]])[]
}

function answered(...pieces: readonly string[]): Answered {
  const reader = createLongCiteReader(evidence)
  const text = pieces.map((piece) => reader.push(piece)).join('') + reader.end()
  const ranges = reader.statements(text, true)
  const { statements, citations } = attribute('When was the weir built?', text, ranges, evidence, (range, claim) => reader.supportOf(range, claim))
  const quotesOf = (start: number): readonly string[] => citations.filter(({ statement }) => statement[0] === start).map(({ quote }) => quote)
  return { text, cited: statements.map(({ range, support }) => [text.slice(...range), support, quotesOf(range[0])]) }
}

describe('what LongCite answers', () => {
  it('is shown without its marks; each statement rests on what it names', () => {
    expect(answered('<statement>The weir was built', ' in 1921.<cite>[0-0]</cite></statement><statement>It is nine metres high.<cite>[0-1]</ci', 'te></statement>')).toEqual({
      text: 'The weir was built in 1921. It is nine metres high.',
      cited: [
        ['The weir was built in 1921.', 'cited', ['The weir at Coldwater Mill was built in 1921.']],
        ['It is nine metres high.', 'cited', ['The weir at Coldwater Mill was built in 1921.', 'It is nine metres high.']],
      ],
    })
  })

  it('is named as not found where it names nothing, or sentences without its numbers', () => {
    const { cited } = answered('<statement>The weir was built in 1931.<cite>[0-0]</cite></statement><statement>The bridge is older.<cite></cite></statement>')
    expect(cited).toEqual([['The weir was built in 1931.', 'not-found', []], ['The bridge is older.', 'not-found', []]])
  })

  it('marks two sentences of a paragraph that was named', () => {
    const { cited } = answered('<statement>Salt was found above the bridge, which is older.<cite>[0-4]</cite></statement>')
    expect(cited[0]?.[2]).toEqual(['Salt was found above the bridge.', 'The bridge is older.'])
  })

  it('shows no quotation that is none, and blanks only where the script has them', () => {
    expect(answered('\n<statement>It says “nine metres”.<cite>[1-1]</cite></statement><statement>And “ten metres.</statement><statement>桥很老。</statement><statement>桥很老。</statement>').text)
      .toBe('It says “nine metres”. And ten metres. 桥很老。桥很老。')
  })
})
