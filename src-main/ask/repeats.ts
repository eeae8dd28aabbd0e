/** Statements shorter than this may repeat ("Yes."). */
const repeatCharacters = 24
/** So many statements may differ in their numbers alone: a list of heights may, a model that spins does without end. */
const alikeMax = 3
/** Words that come again and again without any sentence's end do so within so many characters. */
const phraseMax = 300
/** Characters that have to repeat those before them: the phrase twice more, and a line at least. */
const spinningMin = 60

/**
 * Where an answer begins to say again what it has said: small models loop. Null while it does not. A statement that equals an earlier one ends the answer
 * before it, and so do the fourth that differs from others only in its numbers and words that the text ends with for the third time in a row.
 */
export function repetitionStart(text: string, statements: readonly (readonly [start: number, end: number])[]): number | null {
  return spinningStart(text) ?? repeatedStatement(text, statements)
}

/** Where the words with which a text ends are said for the second time, if they are for the third. */
function spinningStart(text: string): number | null {
  for (let period = 1; period <= Math.min(phraseMax, text.length / 3); period++) {
    const start = periodicStart(text, period)
    const length = text.length - start
    if (length >= Math.max(2 * period, spinningMin) && /\p{L}/u.test(text.slice(-period))) return start
  }
  return null
}

/** From here to its end each character of a text equals the one `period` before it. */
function periodicStart(text: string, period: number): number {
  let start = text.length
  while (start > period && text[start - 1] === text[start - 1 - period]) start--
  return start
}

function repeatedStatement(text: string, statements: readonly (readonly [start: number, end: number])[]): number | null {
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
