/** The number that 16 bits of IEEE 754 binary16 stand for. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Of every f16 there is: to look up is several times as fast as to compute. */
export const halves = Float32Array.from({ length: 1 << 16 }, (_, bits) => fromHalf(bits))
