import { expect, it } from 'vitest'
import { checksum } from '../../../src-engine/reading/checksum'

const bytes = (each: (i: number) => number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => each(i))

it.each([
  ['zeros', bytes(() => 0), 0x8a9136aa],
  ['ones', bytes(() => 0xff), 0x62a8ab43],
  ['counting up', bytes((i) => i), 0x46dd794e],
  ['counting down', bytes((i) => 31 - i), 0x113fdb5c],
  ['the digits', new TextEncoder().encode('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('is the CRC-32C of RFC 3720, appendix B.4: %s', (_, given, sum) => {
  expect(checksum(given)).toBe(sum)
})

it('is that of a part of an array, wherever the part begins', () => {
  const whole = bytes((i) => i)
  for (let start = 0; start < 9; start++) expect(checksum(new Uint8Array([...new Uint8Array(start), ...whole]).subarray(start))).toBe(0x46dd794e)
})

it('is that of parts that follow one another', () => {
  const digits = new TextEncoder().encode('123456789')
  for (let end = 0; end <= 9; end++) expect(checksum(digits.subarray(0, end), digits.subarray(end))).toBe(0xe3069283)
})
