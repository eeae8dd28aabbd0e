/** All numbers of some arrays, one array after the other. */
export function joined<T extends Float32Array | Int32Array>(parts: readonly T[], kind: new (length: number) => T): T {
  const whole = new kind(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
