import { expect, it } from 'vitest'
import { extractBudget } from '../../../src-main/ask/budget'

it.each([
  [{ contextMax: 8_192, parameters: 9e9 }, 300, 2_400],
  [{ contextMax: 8_192, parameters: 9e9 }, 20, 600],
  [{ contextMax: 131_072, parameters: 9e9 }, 5_000, 4_000],
  [{ contextMax: 2_048, parameters: 9e9 }, 300, 1_024],
])('budget for %o that reads %i tokens a second', async (facts, tokensPerSecond, tokens) => {
  expect(await extractBudget(facts, (seconds) => Promise.resolve(seconds * tokensPerSecond))).toBe(tokens)
})

it('of a small model does not depend on how fast it reads, which is not asked', async () => {
  const nobodyAsks = (): never => expect.fail('asked')
  expect(await extractBudget({ contextMax: 8_192, parameters: 1.35e8 }, nobodyAsks)).toBe(1_500)
  expect(await extractBudget({ contextMax: 2_048, parameters: 1.35e8 }, nobodyAsks)).toBe(1_024)
})
