import { estimatedWidth } from '../../../src-main/contract/widths'

/** At least four letters, each set apart from the next by one blank. */
const spacedOut = /^\p{L}(?: \p{L}){3,}[.,:;!?]?$/u

/**
 * Letter-spaced words ("H A R B O U R") as words. Only a stretch that holds nothing but single letters counts, is no row of the alphabet ("A B C D")
 * and is set wider than its letters need.
 */
export function untracked(text: string, width: number, size: number): string {
  if (!spacedOut.test(text)) return text
  const letters = [...text.replaceAll(' ', '')]
  if (isAlphabetical(letters)) return text
  const word = letters.join('')
  return width / size > 1.08 * estimatedWidth(word) ? word : text
}

function isAlphabetical(letters: readonly string[]): boolean {
  let steps = 0
  for (let index = 1; index < letters.length; index += 1) {
    if ((letters[index]?.codePointAt(0) ?? 0) - (letters[index - 1]?.codePointAt(0) ?? 0) === 1) steps += 1
  }
  return steps >= 0.6 * (letters.length - 1)
}
