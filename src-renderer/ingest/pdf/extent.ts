/** Smallest and largest of a property; for lists too long to be spread into Math.min. */
export function least<T>(list: readonly T[], of: (entry: T) => number): number {
  let value = Infinity
  for (const entry of list) value = Math.min(value, of(entry))
  return value
}

export function most<T>(list: readonly T[], of: (entry: T) => number): number {
  let value = -Infinity
  for (const entry of list) value = Math.max(value, of(entry))
  return value
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
