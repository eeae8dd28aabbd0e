import { expect, it } from 'vitest'
import { contentWords, namesIn } from '../../../src-main/ask/words'

it.each([
  ['The Rivers reached', ['the', 'river', 'reach']],
  ['Straße ÜBER', ['strass', 'uber']],
  ['水位上升', ['水位', '位上', '上升']],
  ['GLM-4は速い', ['glm', '4', 'は速', '速い']],
])('words of %s', (text, words) => {
  expect(contentWords(text)).toEqual(words)
})

it.each([
  ['The Wend runs from Harrow Head to Sandgate.', ['wend', 'harrow', 'head', 'sandgat']],
  ['Kingfishers nest in soft banks.', []],
  ['Das Wehr an der Mühle ist das Ende der Tide.', []],
  ['水库存水三百吨。', []],
])('names in %s', (statement, names) => {
  expect(namesIn(statement)).toEqual(names)
})
