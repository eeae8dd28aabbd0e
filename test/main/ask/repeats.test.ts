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
