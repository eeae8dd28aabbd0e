const extremes = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 32n, 2n ** 64n - 1n]

/** One to three changes before `end`: a bit, a byte, eight bytes of an extreme number, or bytes put in, taken out or cut off. */
export function mutate(original: Uint8Array, random: () => number, end = original.length): Uint8Array {
  const pick = (count: number): number => Math.floor(random() * count)
  let bytes = Buffer.from(original)
  for (let changes = 1 + pick(3); changes > 0; changes--) {
    // Half of the changes fall on the first two kilobytes, where counts and types stand.
    const at = pick(random() < 0.5 ? Math.min(2048, bytes.length) : Math.min(end, bytes.length))
    const kind = pick(12)
    if (kind < 4) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    else if (kind < 7) bytes[at] = pick(256)
    else if (kind < 9 && at + 8 <= bytes.length) bytes.writeBigUInt64LE(extremes[pick(extremes.length)] ?? 0n, at)
    else if (kind === 9) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(pick(256)), bytes.subarray(at)])
    else if (kind === 10) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(16))])
    else if (kind === 11) bytes = bytes.subarray(0, at)
  }
  return new Uint8Array(bytes)
}
