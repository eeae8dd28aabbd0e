import type { UnitProblemKind } from '../../../src-main/contract/document'

/** Shares of odd characters and of vowels are only believed above so many. */
const lettersMin = 40

/**
 * Whether a text is no text at all: codes that the file gives no letters for. Signs are control and private-use characters and U+FFFD (more than 5 %), Latin
 * letters without vowels and usual pairs, and Western letters with marks in place of another script.
 */
export function isGarbled(text: string): boolean {
  let odd = 0
  let visible = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 32 || code === 10 || code === 9) continue
    visible += 1
    if (code < 32 || code >= 0x7f && code < 0xa0 || code >= 0xe000 && code <= 0xf8ff || code === 0xfffd) odd += 1
  }
  if (visible >= 8 && odd > 0.05 * visible) return true
  const latin = text.match(/[a-z\u00c0-\u024f]/gi) ?? []
  if (latin.length < lettersMin || latin.length < 0.5 * visible) return false
  const marked = latin.filter(letter => letter.charCodeAt(0) >= 0xc0).length
  if (marked > 0.6 * latin.length) return true
  return hasNoVowels(text, latin.length)
}

const vowels = /[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýāēīōūąęěůıŏő]/gi
const usualPairs = /th|he|in|er|an|re|on|en|at|es|or|te|de|st|nd|is|it|ti|le|al|ar|ra|la|se|ch|ie|ne|me|ro|li|ta|el/g

function hasNoVowels(text: string, letters: number): boolean {
  const share = (text.match(vowels) ?? []).length / letters
  const pairs = (text.toLowerCase().match(usualPairs) ?? []).length / letters
  return share < 0.2 && pairs < 0.08
}

/** What is wrong with a page of text; a page without text is the business of the scan check. */
export const problemOf = (text: string): UnitProblemKind | null => isGarbled(text) ? 'garbled' : null
