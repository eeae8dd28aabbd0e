/** What kind of letters a text holds, and the few rewritings that give back plain letters. */

const rtl = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/
const latinOrDigit = /[\p{L}\p{N}]/u
/** Scripts written without blanks between words (Hangul is not one of them). */
const solid = /[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3ffff}]/u

export const hasRtl = (text: string): boolean => rtl.test(text)
export const hasWord = (text: string): boolean => latinOrDigit.test(text)
export const hasSolid = (text: string): boolean => solid.test(text)

export function countRtl(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code >= 0x590 && code <= 0x8ff || code >= 0xfb1d && code <= 0xfdff || code >= 0xfe70 && code <= 0xfeff) count += 1
  }
  return count
}

const plain = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201d\u2022]*$/
const forms = /[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe10-\ufe19\ufe30-\ufe44\ufe47\ufe48\ufe70-\ufefc]/g
/** Blanks of every width become one kind, so that words are found whatever the typesetter used. */
const blanks = /[\t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g
/** Marks of Symbol and Wingdings that word processors leave as private-use characters. */
const dingbats = new Map([['\uf0b7', '•'], ['\uf0a7', '▪'], ['\uf0d8', '➢'], ['\uf0fc', '✓'], ['\uf0e0', '→'], ['\uf02d', '-'], ['\uf0a8', '◻'], ['\uf06f', '◻'], ['\uf076', '❖']])
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
// Marks that steer display only. U+200C and U+200D stay: they belong to Persian and Indic spelling.
const invisible = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g

/**
 * Presentation forms (Latin ligatures, Arabic and Hebrew letter shapes, vertical punctuation) as plain letters, every kind of blank as U+0020, display marks
 * gone, lone surrogates as U+FFFD. Letters that only look alike (mathematical, full-width) stay as they are. Control characters stay for the quality check.
 */
export function plainText(text: string): string {
  if (plain.test(text)) return text
  return text.replace(blanks, ' ').replace(invisible, '').replace(forms, (form) => form.normalize('NFKC').replace(/^ (?=\p{M})/u, '')).replace(lone, '\ufffd').replace(/[\uf000-\uf0ff]/g, (mark) => dingbats.get(mark) ?? mark)
}

const mirrors = new Map([...'()[]{}<>«»‹›'].map((character, index, all) => [character, all[index % 2 === 0 ? index + 1 : index - 1] ?? character]))

/** Swaps brackets for their mirror images. */
export const mirrored = (text: string): string => text.replace(/[()[\]{}<>«»‹›]/g, (character) => mirrors.get(character) ?? character)

const closers = new Map([[')', '('], [']', '['], ['}', '{']])

/** How many brackets of a text have no partner in the right order. */
export function unpaired(text: string): number {
  const open: string[] = []
  let bad = 0
  for (const character of text) {
    const partner = closers.get(character)
    if ('([{'.includes(character)) open.push(character)
    else if (partner !== undefined && open.pop() !== partner) bad += 1
  }
  return bad + open.length
}
