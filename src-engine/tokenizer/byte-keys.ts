/** What tables that are asked by a run of bytes have in common. */

/** FNV-1a (Fowler, Noll and Vo), its high half folded in, since tables use the low bits. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Are the bytes of `a` from `from` on, `length` of them, those of `b` from `start` on? */
export function sameBytes(a: Uint8Array, from: number, b: Uint8Array, start: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[from + i] !== b[start + i]) return false
  return true
}
