/** Usual widths of Latin letters in text faces, in thousandths of an em. */
const usual = new Map<string, number>()
for (const [width, characters] of [[250, ' .,;:\'|!ijl'], [300, 'tfI()[]/\\-'], [380, 'rs"'], [440, 'cazeJ'], [680, 'ABCDEFKLPRSTVXYZ&'], [760, 'GHNOQUmw%'], [900, 'MW@—']] as const) {
  for (const character of characters) usual.set(character, width)
}
const table = Float64Array.from({ length: 0x1100 }, (_, code) => usual.get(String.fromCharCode(code)) ?? (code >= 0x300 && code < 0x370 ? 0 : 520))

/** Estimated width of text[start, end) at size 1 (em), where nothing is known of the font. */
export function estimatedWidth(text: string, start = 0, end = text.length): number {
  let sum = 0
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    sum += code < 0x1100 ? table[code] ?? 520 : code >= 0xd800 && code < 0xe000 ? 400 : 1000
  }
  return sum / 1000
}
