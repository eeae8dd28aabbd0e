import { describe, expect, it } from 'vitest'
import { longCiteRequest, readLongCite } from '../../../src-engine/chat/longcite'

describe("LongCite's request", () => {
  it('numbers the sentences and ends with the question', () => {
    const request = longCiteRequest(['One. ', 'Two.\n', '第三句。'], 'Which is $& third?')
    expect(request).toMatch(/^Please answer the user's question based on the following document\. /)
    expect(request).toMatch(/\n\n\[Document Start\]\n<C0>One\. <C1>Two\.\n<C2>第三句。\n\[Document End\]\n\nWhich is \$& third\?$/)
    expect(request.match(/<C_\{e1\}>/g)).toHaveLength(1)
  })
})

describe('what LongCite answers', () => {
  it('is statements and the sentences that they name, spans that touch as one', () => {
    expect(readLongCite('<statement>It is so.<cite>[0-1][2-2][5-6]</cite></statement>\n<statement>And so.<cite></cite></statement>', 10)).toEqual([
      { text: 'It is so.', spans: [[0, 2], [5, 6]] },
      { text: 'And so.', spans: [] },
    ])
  })

  it('names no sentence that is not there', () => {
    expect(readLongCite('<statement>a<cite>[3-9][8-9][2-1][x-1]</cite></statement>', 5)).toEqual([{ text: 'a', spans: [[3, 4]] }])
  })

  it('is read as far as it goes', () => {
    expect(readLongCite('Well: <statement>a<cite>[0-0]</cite><statement>b</statement> so <statement>c<cite>[1-', 2)).toEqual([
      { text: 'Well:', spans: [] }, { text: 'a', spans: [[0, 0]] }, { text: 'b', spans: [] }, { text: 'so', spans: [] }, { text: 'c', spans: [] },
    ])
    expect(readLongCite('', 3)).toEqual([])
  })
})
