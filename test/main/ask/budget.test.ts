import { expect, it } from 'vitest'
import { extractBudget } from '../../../src-main/ask/budget'

it.each([
  [{ contextMax: 8_192, prefillPerSecond: 300, parameters: 9e9 }, 2_400],
  [{ contextMax: 8_192, prefillPerSecond: 20, parameters: 9e9 }, 600],
  [{ contextMax: 131_072, prefillPerSecond: 5_000, parameters: 9e9 }, 4_000],
  [{ contextMax: 8_192, prefillPerSecond: 600, parameters: 1.35e8 }, 1_500],
  [{ contextMax: 8_192, prefillPerSecond: 20, parameters: 1.35e8 }, 1_500],
  [{ contextMax: 2_048, prefillPerSecond: 300, parameters: 9e9 }, 1_024],
])('budget for %o', (facts, tokens) => {
  expect(extractBudget(facts)).toBe(tokens)
})
