/** Statements shorter than this may repeat ("Yes."). */
const repeatCharacters = 24

/**
 * Length of the answer up to where it begins to say again what it has said: small models loop. Null while it does not.
 * A statement that equals an earlier one ends the answer before it.
 */
export function repetitionStart(text: string, statements: readonly (readonly [start: number, end: number])[]): number | null {
  const seen = new Set<string>()
  for (const [start, end] of statements) {
    const words = text.slice(start, end).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
    if (words.length >= repeatCharacters && seen.has(words)) return start
    seen.add(words)
  }
  return null
}
