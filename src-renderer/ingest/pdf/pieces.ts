import type { TextItem, TextStyle } from 'pdfjs-dist/types/src/display/api'
import { estimatedWidth } from '../../../src-main/contract/widths'
import { hasRtl, hasSolid, plainText } from './characters'
import type { Frame, Rectangle, Size } from './frames'
import { frameOf, toFrame } from './frames'
import { untracked } from './tracking'

/** A stretch of text as pdf.js found it, in its frame. */
export interface Piece extends Rectangle {
  readonly text: string
  readonly frame: Frame
  readonly baseline: number
  /** Font size, points. */
  readonly size: number
  readonly font: string
  readonly mono: boolean
  readonly rtl: boolean
  /** True where the file has a blank or a wide gap before it. */
  readonly spaced: boolean
  /** Place in the order of drawing. */
  readonly order: number
}

/** Font name of what a person filled in. */
export const insetFont = 'inset'

/** A page as pdf.js gives it: `view` is the crop box in user space. */
export interface RawPage {
  readonly view: readonly number[]
  readonly rotation: 0 | 90 | 180 | 270
  readonly items: readonly TextItem[]
  readonly styles: Readonly<Record<string, TextStyle>>
}

export const pageSize = (page: RawPage): Size => {
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view
  return { width: Math.abs(right - left), height: Math.abs(top - bottom) }
}

/** Items -> pieces: plain letters, boxes from the top left of the crop box, letter-spaced and doubly drawn text mended. */
export function piecesOf(page: RawPage): Piece[] {
  const size = pageSize(page)
  const left = Math.min(page.view[0] ?? 0, page.view[2] ?? 0)
  const top = Math.max(page.view[1] ?? 0, page.view[3] ?? 0)
  const pieces: Piece[] = []
  let spaced = false
  for (const item of page.items) {
    const text = item.str === '' ? '' : plainText(item.str).trim()
    if (text === '') {
      spaced ||= item.str !== ''
      continue
    }
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform as number[]
    const style = page.styles[item.fontName]
    const piece = place(item, text, style, { a, b, c, d, x: e - left, y: top - f }, size, spaced || item.str.startsWith(' '), pieces.length)
    spaced = item.str.endsWith(' ')
    if (piece === null || isSecondStrike(pieces, piece)) continue
    const fresh = withoutStrike(pieces.at(-1), piece)
    if (fresh !== null) pieces.push(fresh)
  }
  return pieces
}

interface Placement { readonly a: number; readonly b: number; readonly c: number; readonly d: number; readonly x: number; readonly y: number }

function place(item: TextItem, raw: string, style: TextStyle | undefined, at: Placement, page: Size, spaced: boolean, order: number): Piece | null {
  const vertical = style?.vertical === true
  const size = Math.hypot(at.c, at.d) || Math.hypot(at.a, at.b)
  if (size < 0.5 || !Number.isFinite(size)) return null
  const length = vertical ? item.height : item.width
  const frame = vertical ? 'down' : frameOf(at.a, at.b)
  const [x, baseline] = toFrame(frame, page, at.x, at.y)
  const ascent = Math.min(1.05, style?.ascent || 0.8)
  const descent = Math.max(-0.5, style?.descent || -0.2)
  const text = untracked(undoubled(raw, length, size), length, size)
  // Fonts of Chinese and Japanese call themselves monospaced.
  const mono = style?.fontFamily === 'monospace' && !hasSolid(text)
  const common = { text, frame, size, x, width: length, font: item.fontName, mono, rtl: item.dir === 'rtl' || hasRtl(text), spaced, order }
  // A vertical glyph hangs from the middle of its top edge: its column is centred on the point of origin.
  return vertical
    ? { ...common, y: baseline - size / 2, height: size, baseline: baseline + 0.225 * size }
    : { ...common, y: baseline - ascent * size, height: (ascent - descent) * size, baseline }
}

/** Text drawn twice, a hair apart, to look bold: letter by letter ("CClloossee"), where the width shows that each pair is one letter. */
function undoubled(text: string, width: number, size: number): string {
  if (text.length < 6 || text[0] !== text[1]) return text
  const words = text.split(' ')
  const singles = words.map((word) => /^(?:(.)\1)+$/u.test(word) ? word.replace(/(.)\1/gu, '$1') : null)
  if (!singles.every((word) => word !== null)) return text
  const single = singles.join(' ')
  const ratio = width / size
  return Math.abs(ratio - estimatedWidth(single)) < Math.abs(ratio - estimatedWidth(text)) ? single : text
}

/**
 * A piece less its first letter where that is the last letter of the piece before, drawn again over it: so looks text of which each letter is drawn twice
 * in turn. Null where nothing is left.
 */
function withoutStrike(before: Piece | undefined, piece: Piece): Piece | null {
  const first = String.fromCodePoint(piece.text.codePointAt(0) ?? 0)
  if (before?.frame !== piece.frame || !before.text.endsWith(first) || Math.abs(before.baseline - piece.baseline) > 0.15 * piece.size) return piece
  const shared = before.x + before.width - piece.x
  const width = estimatedWidth(first) * piece.size
  if (shared < 0.6 * width || shared > 1.6 * width || piece.x < before.x) return piece
  const rest = piece.text.slice(first.length)
  return rest === '' ? null : { ...piece, text: rest, x: piece.x + shared, width: piece.width - shared, spaced: false }
}

/** The same text drawn again at nearly the same place. */
function isSecondStrike(pieces: readonly Piece[], piece: Piece): boolean {
  const slack = 0.15 * piece.size
  for (let index = pieces.length - 1; index >= 0 && index >= pieces.length - 12; index -= 1) {
    const other = pieces[index]
    if (other?.text !== piece.text || other.frame !== piece.frame) continue
    if (Math.abs(other.x - piece.x) <= slack && Math.abs(other.baseline - piece.baseline) <= slack) return true
  }
  return false
}
