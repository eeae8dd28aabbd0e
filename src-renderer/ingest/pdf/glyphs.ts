import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { PDFPageProxy, TextItem } from 'pdfjs-dist/types/src/display/api'

/** A glyph in the order of drawing, with the letters that the file gives it. */
export interface Glyph {
  readonly unicode: string
  readonly isSpace: boolean
}

/** Letter-spaced text, of which only the drawing tells where its words end. */
const spacedOut = /^\p{L}(?: \p{L}){3,}/u
const arabic = /[\u0620-\u06d3]/
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+/g

/** What the glyphs of a page are worth asking for: they cost as much as its text. */
export function needsGlyphs(items: readonly TextItem[]): 'spaced' | 'arabic' | null {
  if (items.some((item) => spacedOut.test(item.str))) return 'spaced'
  return items.some((item) => item.dir === 'rtl' && arabic.test(item.str.normalize('NFKC'))) ? 'arabic' : null
}

export async function glyphsOf(page: PDFPageProxy): Promise<readonly Glyph[]> {
  const operators = await page.getOperatorList()
  const glyphs: Glyph[] = []
  operators.fnArray.forEach((operator, index) => {
    if (operator !== OPS.showText) return
    for (const entry of (operators.argsArray[index] as readonly (readonly unknown[])[])[0] ?? []) {
      if (typeof entry === 'object' && entry !== null && 'unicode' in entry) glyphs.push(entry as Glyph)
    }
  })
  return glyphs
}

/** Right-to-left letters that share a glyph, as lam and alef do. */
export const hasJoined = (glyphs: readonly Glyph[]): boolean => glyphs.some((glyph) => glyph.unicode.length > 1 && /^[\u0590-\u08ff]+$/.test(glyph.unicode))

const letters = (text: string): string => text.replace(/\s/g, '')
const sorted = (text: string): string => [...text].sort().join('')

/**
 * Items with what only the glyphs tell: the blanks between letter-spaced words, and the order of letters that share a glyph, which pdf.js turns round
 * with the rest of a right-to-left line. Items whose glyphs are not found stay as they are.
 */
export function mended(items: readonly TextItem[], glyphs: readonly Glyph[]): readonly TextItem[] {
  let next = 0
  return items.map((item) => {
    const wanted = letters(item.str)
    if (wanted === '') return item
    const found = find(glyphs, next, wanted)
    if (found === null) return item
    next = found.end
    const own = glyphs.slice(found.start, found.end)
    if (spacedOut.test(item.str)) return { ...item, str: wordsOf(own) }
    return item.dir === 'rtl' && hasJoined(own) ? { ...item, str: unturned(item.str, own) } : item
  })
}

/** The glyphs that hold just these letters, from a place on; a few that pdf.js left out may come first. */
function find(glyphs: readonly Glyph[], from: number, wanted: string): { readonly start: number; readonly end: number } | null {
  const target = sorted(wanted)
  for (let start = from; start < glyphs.length && start < from + 400; start += 1) {
    if (glyphs[start]?.isSpace !== false) continue
    let text = ''
    let end = start
    while (end < glyphs.length && text.length < wanted.length) {
      text += letters(glyphs[end]?.unicode ?? '')
      end += 1
    }
    if (text.length === wanted.length && sorted(text) === target) return { start, end }
  }
  return null
}

const wordsOf = (glyphs: readonly Glyph[]): string => glyphs.map((glyph) => glyph.isSpace ? ' ' : glyph.unicode).join('').trim()

/** Turns letters of one glyph back into their order, run by run: a run of the text is a stretch of the drawing read backwards. */
function unturned(text: string, glyphs: readonly Glyph[]): string {
  const drawn: { readonly letter: string; readonly glyph: Glyph; readonly place: number }[] = []
  for (const glyph of glyphs) [...letters(glyph.unicode)].forEach((letter, place) => drawn.push({ letter, glyph, place }))
  const all = drawn.map((entry) => entry.letter).join('')
  let before = all.length
  return text.replace(rightToLeft, (run) => {
    const turned = [...run].reverse().join('')
    const at = all.lastIndexOf(turned, before - turned.length)
    if (at < 0 || drawn.length !== all.length) return run
    before = at
    const own = drawn.slice(at, at + turned.length)
    const order = own.map((entry, index) => ({ ...entry, index })).sort((a, b) => b.index - b.place - (a.index - a.place) || a.place - b.place)
    return order.map((entry) => entry.letter).join('')
  })
}
