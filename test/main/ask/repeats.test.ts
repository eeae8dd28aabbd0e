import { expect, it } from 'vitest'
import { repetitionStart } from '../../../src-main/ask/repeats'

const ranges = (text: string): [number, number][] => [...text.matchAll(/[^.]+\./gu)].map((match) => [match.index, match.index + match[0].length])

it('finds where an answer begins to say again what it has said', () => {
  const text = 'The lamp turns every nine seconds. It is lit at dusk. The lamp turns, every nine seconds. It is lit at dusk.'
  expect(repetitionStart(text, ranges(text))).toBe(text.indexOf(' The lamp turns,'))
})

it('leaves short words and new sentences alone', () => {
  for (const text of ['Yes. It is. Yes. It is.', 'The lamp turns every nine seconds. The lamp turns every ten seconds.']) expect(repetitionStart(text, ranges(text))).toBeNull()
})

it('stops a model that only changes the numbers, but lets a short list pass', () => {
  const height = (year: number): string => `In ${year} the water rose by ${year - 1_900} centimetres.`
  const list = [1_903, 1_911, 1_953].map(height).join(' ')
  expect(repetitionStart(list, ranges(list))).toBeNull()
  const spinning = [1_903, 1_911, 1_953, 1_978, 1_980].map(height).join(' ')
  expect(repetitionStart(spinning, ranges(spinning))).toBe(spinning.indexOf(' In 1978'))
})

it('stops words that come again and again without a sentence ending', () => {
  const phrase = 'The man who found salt above the bridge, and when, is: '
  expect(repetitionStart(`So it was:\n${phrase.repeat(2)}`, [])).toBeNull()
  expect(repetitionStart(`So it was:\n${phrase.repeat(3)}The man`, [])).toBe(11 + phrase.length)
  expect(repetitionStart(`Well:\n${'ha '.repeat(40)}`, [])).toBe(9)
  expect(repetitionStart('桥'.repeat(80), [])).toBe(1)
})

it('lets rules and dotted lines pass', () => {
  for (const text of [`| a | b |\n|${'---|'.repeat(30)}`, `Chapter 1 ${'. '.repeat(50)}`, '='.repeat(80), 'no, no, no, never']) expect(repetitionStart(text, [])).toBeNull()
})
