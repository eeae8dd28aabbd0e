import { expect, it } from 'vitest'
import { dequantise, quantise, quantisedBytes } from '../../../src-engine/ggml/quantised'
import { fromHalf } from '../../../src-engine/half'
import { seededRandom } from '../../support/seeded-random'

/** More than are converted at once. */
const count = 70_016

it('numbers of eight bits and a scale are those of two bytes as far as the largest of 32 lets them, and have the same bits each time', async () => {
  const random = seededRandom(3)
  // Of all sizes between 2^-10 and 2^4, both signs; the last 32 are 0.
  const halves = Uint16Array.from({ length: count }, (_, i) => (i < count - 32 ? (random() < 0.5 ? 0x8000 : 0) | Math.floor(0x1400 + random() * 0x3800) : 0))
  const bytes = new Uint8Array(halves.buffer)
  const quantised = new Uint8Array(quantisedBytes(count))
  await quantise(bytes, quantised)
  const back = new Uint16Array(count)
  await dequantise(quantised, new Uint8Array(back.buffer))
  for (let first = 0; first < count; first += 32) {
    const block = Array.from(halves.subarray(first, first + 32), fromHalf)
    const most = Math.max(...block.map(Math.abs))
    // Half a step of 127, and what rounding the scale and the number to eleven bits does.
    const errors = block.map((number, i) => Math.abs(fromHalf(back[first + i] ?? 0) - number))
    expect(Math.max(...errors)).toBeLessThanOrEqual(most * (1 / 254 + 2 ** -10))
  }
  expect(quantised.subarray(-34)).toEqual(new Uint8Array(34))
  const again = new Uint8Array(quantised.length)
  await quantise(bytes, again)
  expect(again).toEqual(quantised)
})

it('other lengths are refused', async () => {
  await expect(quantise(new Uint8Array(64), new Uint8Array(35))).rejects.toThrow('32 numbers do not take 35 bytes')
  await expect(dequantise(new Uint8Array(17), new Uint8Array(32))).rejects.toThrow('16 numbers do not take 17 bytes')
})
