import { expect, it } from 'vitest'
import { splitStatements } from '../../../src-main/ask/statements'

const texts = (answer: string): readonly string[] => splitStatements(answer).map(([start, end]) => answer.slice(start, end))

it.each([
  ['It rose 4.87 metres. Dr. Pruett saw it.', ['It rose 4.87 metres.', 'Dr. Pruett saw it.']],
  ['Two kinds:\n- springs\n- neaps, at the half moons.', ['Two kinds:', 'springs', 'neaps, at the half moons.']],
  ['1. Carry things upstairs.\n2. Turn off the gas.', ['Carry things upstairs.', 'Turn off the gas.']],
  ['水库存水三百吨。春天修剪。', ['水库存水三百吨。', '春天修剪。']],
  ['', []],
])('statements of %j', (answer, statements) => {
  expect(texts(answer)).toEqual(statements)
})
