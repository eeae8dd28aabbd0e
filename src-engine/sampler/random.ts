/** Numbers from 0 up to 1, not 1 itself; the same seed gives the same row everywhere. */
export type Random = () => number

/** xoshiro128** with its state filled from the seed by splitmix32. */
export function createRandom(seed: number): Random {
  let mixed = seed | 0
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0
    let z = mixed
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
  return xoshiro(mix(), mix(), mix(), mix())
}

/** xoshiro128** of Blackman and Vigna (2018) from a state that is not all zero. 32 bits of each number are random. */
export function xoshiro(first: number, second: number, third: number, fourth: number): Random {
  let [a, b, c, d] = [first, second, third, fourth]
  const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result / 2 ** 32
  }
}
