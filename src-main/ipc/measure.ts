/**
 * Whether a value that came over a message channel stays within a size and a depth: bytes of strings (2 a character) and
 * buffers, 8 for everything else. Stops at the first excess, so a hostile value costs no more than the limit.
 */
export function isWithin(value: unknown, bytesMax: number, depthMax: number): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  const seen = new Set<object>()
  let bytes = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    bytes += sizeOf(next.value)
    if (bytes > bytesMax || next.depth > depthMax) return false
    if (typeof next.value !== 'object' || next.value === null || ArrayBuffer.isView(next.value) || seen.has(next.value)) continue
    seen.add(next.value)
    const children = childrenOf(next.value)
    if (bytes + children.length * 8 > bytesMax) return false
    for (const child of children) open.push({ value: child, depth: next.depth + 1 })
  }
  return true
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2
  if (typeof value === 'bigint') return value.toString(16).length
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength
  return 8
}

function childrenOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (value instanceof Map) return Array.from<unknown>(value.keys()).concat(Array.from<unknown>(value.values()))
  if (value instanceof Set) return Array.from<unknown>(value)
  return [...Object.keys(value), ...Object.values<unknown>(value as Record<string, unknown>)]
}
