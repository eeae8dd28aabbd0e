import { expect, it } from 'vitest'
import { chooseAttention, usualBudget } from '../../../src-engine/attention/mode'

it('has in memory what the budget allows, to the byte', () => {
  expect([chooseAttention(100, 101), chooseAttention(100, 100), chooseAttention(100, 99)]).toEqual(['resident', 'resident', 'streamed'])
})

it('takes what is free for itself, except what computing and other programs take', () => {
  const gigabytes = 2 ** 30
  expect(usualBudget({ freeBytes: 8 * gigabytes, totalBytes: 20 * gigabytes }, 0)).toBe(5 * gigabytes)
  expect(usualBudget({ freeBytes: 8 * gigabytes, totalBytes: 20 * gigabytes }, gigabytes)).toBe(6 * gigabytes)
  expect(usualBudget({ freeBytes: gigabytes, totalBytes: 20 * gigabytes }, 0)).toBe(0)
})
