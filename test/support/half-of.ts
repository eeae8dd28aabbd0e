/** The bits of the f16 that is nearest to a number of ordinary size. */
export function halfOf(value: number): number {
  if (value === 0) return 0
  const sign = value < 0 ? 0x8000 : 0
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))))
  const steps = Math.round((Math.abs(value) / 2 ** exponent) * 1024)
  return sign + (((exponent + 15) << 10) + steps - 1024)
}
