import { expect, it } from 'vitest'
import { fromHalf } from '../../src-engine/half'

it('reads halves: normal, small, zero, infinite and not a number', () => {
  expect([0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7c00, 0xfc00].map(fromHalf)).toEqual([1, -2, 0.333251953125, 2 ** -24, -0, Infinity, -Infinity])
  expect(fromHalf(0x7e00)).toBeNaN()
})
