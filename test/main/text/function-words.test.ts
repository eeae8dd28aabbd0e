import { expect, it } from 'vitest'
import { subjectOf } from '../../../src-main/text/function-words'

it.each([
  ['How far did the salt come up the river in 1976, and why?', 'far salt come up river 1976, ?'],
  ['Wann wurde das Wehr an der Mühle gebaut?', 'wurde Wehr Mühle gebaut?'],
  ['Où est le barrage et combien pèse une porte ?', 'barrage pèse porte ?'],
  ['水位在哪里上升？', '水位在哪里上升？'],
  ['Who is who?', 'Who is who?'],
  ['What does set -C do?', 'set -C ?'],
])('subject of %s', (question, subject) => {
  expect(subjectOf(question)).toBe(subject)
})
