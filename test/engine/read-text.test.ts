import { describe, expect, it } from 'vitest'
import { ReadText } from '../../src-engine/read-text'

const logits = (number: number): Float32Array => Float32Array.of(number)

describe('the text that was read', () => {
  it('grows, and what follows it is known where that was computed', () => {
    const text = new ReadText()
    expect([text.length, text.logits]).toEqual([0, undefined])
    text.add([1, 2])
    expect([text.tokens, text.logits]).toEqual([[1, 2], undefined])
    text.add([3], logits(3))
    expect([text.tokens, text.logits]).toEqual([[1, 2, 3], logits(3)])
    text.add([4])
    expect(text.logits).toBeUndefined()
    expect([text.common([1, 2, 9]), text.common([1, 2, 3, 4, 5]), text.common([])]).toEqual([2, 4, 0])
  })

  it('takes a whole book at once', () => {
    const text = new ReadText()
    text.add(Array.from({ length: 1_000_000 }, (_, i) => i))
    expect([text.length, text.tokens.at(-1)]).toEqual([1_000_000, 999_999])
  })

  it('is cut, and then nobody knows what follows', () => {
    const text = new ReadText()
    text.add([1, 2, 3], logits(3))
    text.cut(3)
    expect(text.logits).toEqual(logits(3))
    text.cut(2)
    expect([text.tokens, text.logits]).toEqual([[1, 2], undefined])
  })

  it('goes back to what was remembered with the very logits of then, as long as that is there', () => {
    const text = new ReadText()
    text.add([1, 2], logits(2))
    text.remember()
    text.add([3], logits(3))
    text.cut(2)
    expect([text.logits, text.remembers(2), text.remembers(3)]).toEqual([undefined, true, false])
    text.goBack()
    expect([text.tokens, text.logits]).toEqual([[1, 2], logits(2)])
    text.cut(1)
    text.add([2], logits(9))
    text.goBack()
    expect([text.remembers(2), text.logits]).toEqual([false, logits(9)])
  })

  it('remembers nothing where nobody knows what follows', () => {
    const text = new ReadText()
    text.add([1, 2], logits(2))
    text.forgetLogits()
    text.remember()
    expect(text.remembers(2)).toBe(false)
  })
})
