import { codePoint } from 'dingbat-to-unicode'

const symbolFonts = ['Symbol', 'Webdings', 'Wingdings', 'Wingdings 2', 'Wingdings 3']

/** Signs whose exact character few fonts have and nobody types: the common one of the same meaning. */
const plainer: Readonly<Record<string, string>> = {
  '🗶': '✗', '🗷': '☒', '🗴': '✗', '🗵': '☒', '🗸': '✓', '🗹': '☑', '🗺': '□', '🞎': '□', '🞏': '□',
  '🡠': '←', '🡢': '→', '🡡': '↑', '🡣': '↓', '🡨': '←', '🡪': '→', '🡩': '↑', '🡫': '↓', '🡸': '⇦', '🡺': '⇨',
}

/**
 * The character that a symbol font draws for a code (0x20-0xff, or the same plus 0xf000); null where it draws none.
 * Codes in any other font are taken for Symbol's, as Word does.
 */
export function symbolCharacter(font: string | null, code: number): string | null {
  const name = symbolFonts.find((each) => each.toLowerCase() === font?.toLowerCase()) ?? 'Symbol'
  const found = codePoint(name, code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code)
  return found === undefined ? null : plainer[found.string] ?? found.string
}

/** Text of a run with its private-use codes (U+F020-F0FF) replaced by the characters that its font draws for them. */
export const withRealSymbols = (text: string, font: string | null): string =>
  text.replace(/[\uf020-\uf0ff]/g, (character) => symbolCharacter(font, character.charCodeAt(0)) ?? '')
