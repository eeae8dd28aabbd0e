/** Shares of vowels are only believed above so many letters. */
const lettersMin = 40
/** A line of text with a larger share of odd characters is bad. */
const oddShareMax = 0.08

/**
 * Whether the lines of a page are no text at all but codes that the file gives no letters for. Signs are control and private-use characters and U+FFFD in
 * lines that make up half of the page, Latin letters without vowels and usual pairs, and Western letters with marks in place of another script. A page
 * with some symbols that cannot be read, as in a table of mathematical signs, is not garbled.
 */
export function isGarbled(lines: readonly string[]): boolean {
  let visible = 0
  let bad = 0
  for (const line of lines) {
    const shape = shapeOf(line)
    visible += shape.visible
    if (shape.odd > oddShareMax * shape.visible) bad += shape.visible
  }
  if (visible >= 8 && bad > 0.5 * visible) return true
  const text = lines.join('\n')
  const latin = text.match(/[a-z\u00c0-\u024f]/gi) ?? []
  if (latin.length < lettersMin || latin.length < 0.5 * visible) return false
  const marked = latin.filter((letter) => letter.charCodeAt(0) >= 0xc0).length
  return marked > 0.6 * latin.length || hasNoVowels(text, latin.length)
}

/** A line of symbols that cannot be read, in a page that otherwise can. */
export function isNoise(line: string): boolean {
  const { odd, visible } = shapeOf(line)
  return odd > 0 && odd >= 0.5 * visible
}

function shapeOf(line: string): { readonly odd: number; readonly visible: number } {
  let odd = 0
  let visible = 0
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index)
    if (code === 32 || code === 10 || code === 9) continue
    visible += 1
    if (code < 32 || code >= 0x7f && code < 0xa0 || code >= 0xe000 && code <= 0xf8ff || code === 0xfffd) odd += 1
  }
  return { odd, visible }
}

const vowels = /[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýāēīōūąęěůıŏő]/gi
const usualPairs = /th|he|in|er|an|re|on|en|at|es|or|te|de|st|nd|is|it|ti|le|al|ar|ra|la|se|ch|ie|ne|me|ro|li|ta|el/g

function hasNoVowels(text: string, letters: number): boolean {
  const share = (text.match(vowels) ?? []).length / letters
  const pairs = (text.toLowerCase().match(usualPairs) ?? []).length / letters
  return share < 0.2 && pairs < 0.08
}
