import { expect, it } from 'vitest'
import { extractBudget } from '../../../src-main/ask/budget'

it.each([
  [{ contextMax: 8_192, prefillPerSecond: 300 }, 2_400],
  [{ contextMax: 8_192, prefillPerSecond: 20 }, 600],
  [{ contextMax: 131_072, prefillPerSecond: 5_000 }, 4_000],
  [{ contextMax: 2_048, prefillPerSecond: 300 }, 1_024],
])('budget for %o', (facts, tokens) => {
  expect(extractBudget(facts)).toBe(tokens)
})
