/** Statements shorter than this may repeat ("Yes."). */
const repeatCharacters = 24
/** So many statements may differ in their numbers alone: a list of heights may, a model that spins does without end. */
const alikeMax = 3

/**
 * Where an answer begins to say again what it has said: small models loop. Null while it does not. A statement that equals
 * an earlier one ends the answer before it, and so does the fourth that differs from others only in its numbers.
 */
export function repetitionStart(text: string, statements: readonly (readonly [start: number, end: number])[]): number | null {
  const seen = new Set<string>()
  const alike = new Map<string, number>()
  for (const [start, end] of statements) {
    const words = text.slice(start, end).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
    if (words.length < repeatCharacters) continue
    const form = words.replace(/\p{N}+/gu, '0')
    const count = (alike.get(form) ?? 0) + 1
    if (seen.has(words) || count > alikeMax) return start
    seen.add(words)
    alike.set(form, count)
  }
  return null
}
