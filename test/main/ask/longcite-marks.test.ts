import { describe, expect, it } from 'vitest'
import { createMarkReader, type AnswerPart } from '../../../src-main/ask/longcite-marks'
import { fc } from '../../support/properties'

const endOf = (...named: readonly number[]): AnswerPart => ({ kind: 'end', named })
const words = (text: string): AnswerPart => ({ kind: 'words', text })

/** Neighbouring words as one. */
function read(pieces: readonly string[], sentences: number): readonly AnswerPart[] {
  const reader = createMarkReader(sentences)
  const joined: AnswerPart[] = []
  for (const part of [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]) {
    const before = joined.at(-1)
    if (part.kind === 'words' && before?.kind === 'words') joined[joined.length - 1] = words(before.text + part.text)
    else joined.push(part)
  }
  return joined
}

describe('the marks of an answer', () => {
  it('are statements and the sentences that they name, each once', () => {
    expect(read(['<statement>It is so.<cite>[0-1][1-2][5-5]</cite></statement>\n<statement>And so.<cite></cite></statement>'], 10)).toEqual([
      words('It is so.'), endOf(0, 1, 2, 5), words('\nAnd so.'), endOf(),
    ])
  })

  it('name no sentence that is not there, and no span that is none', () => {
    expect(read(['<statement>a<cite>[3-9][8-9][2-1][x-1][0-99999999999]</cite></statement>'], 5)).toEqual([words('a'), endOf(3, 4, 0, 1, 2)])
  })

  it('are read as far as they go', () => {
    expect(read(['Well: <statement>a<cite>[0-0]</cite><statement>b</statement> so <statement>c<cite>[1-1][1-'], 2)).toEqual([
      words('Well: '), endOf(), words('a'), endOf(0), words('b'), endOf(), words(' so '), endOf(), words('c'), endOf(1),
    ])
    expect(read(['a <b> and 1 < 2 <stat'], 2)).toEqual([words('a <b> and 1 < 2 '), endOf()])
    expect(read([''], 3)).toEqual([])
  })

  it('mean the same wherever the text is cut', () => {
    const text = 'x<<statement>One < two.<cite>[0-0][2-3]</cite></statement><statement>三。<cite>[1-1]</cite></statement></cite>rest<cite>'
    const whole = read([text], 4)
    fc.assert(fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length]
      expect(read(places.slice(1).map((end, i) => text.slice(places[i], end)), 4)).toEqual(whole)
    }))
  })
})
