import { settleBrackets } from './brackets'
import { countRtl } from './characters'
import type { Frame, Rectangle, Size } from './frames'
import { frameSize } from './frames'
import { inLogicalOrder } from './logical'
import { regionsOf } from './order'
import type { Piece, RawPage } from './pieces'
import { insetFont, pageSize, piecesOf } from './pieces'
import type { Row } from './rows'
import { rowsOf } from './rows'
import { segmentsOf } from './segments'

/** A line in its place in the reading order; `region` counts columns and stretches of rows, `frame` says how its coordinates lie. */
export interface Line extends Row {
  readonly frame: Frame
  readonly region: number
}

/** A page whose text is in reading order, before anything is known of its document. */
export interface PageLayout extends Size {
  readonly rotation: 0 | 90 | 180 | 270
  readonly lines: readonly Line[]
  /** Of all letters, also of those that the layout left out. */
  readonly characters: number
}

/** A value that stands on the page without being drawn as its text: the content of a form field, a typed note. */
export interface Inset extends Rectangle {
  readonly text: string
}

/** pdf.js items of one page -> lines in reading order. The frame with most text comes first; text turned otherwise follows it. */
export function layOut(page: RawPage, insets: readonly Inset[] = []): PageLayout {
  const pieces = [...inLogicalOrder(piecesOf(page)), ...insets.flatMap(insetPieces)]
  const size = pageSize(page)
  const frames = new Map<Frame, Piece[]>()
  let characters = 0
  let rtl = 0
  for (const piece of pieces) {
    characters += piece.text.length
    if (piece.rtl) rtl += countRtl(piece.text)
    const list = frames.get(piece.frame)
    if (list === undefined) frames.set(piece.frame, [piece])
    else list.push(piece)
  }
  adoptUprightDigits(frames, size)
  const letters = (list: readonly Piece[]): number => list.reduce((sum, piece) => sum + piece.text.length, 0)
  const lines: Line[] = []
  let region = 0
  for (const [frame, list] of [...frames].sort((a, b) => letters(b[1]) - letters(a[1]))) {
    const kept = list.filter((piece) => isOnPage(piece, frameSize(frame, size)))
    for (const part of regionsOf(segmentsOf(kept))) {
      for (const row of rowsOf(part, rtl > 0.5 * characters)) lines.push({ ...row, frame, region })
      region += 1
    }
  }
  return { ...size, rotation: page.rotation, lines: settleBrackets(lines), characters }
}

/** Text whose middle lies outside the crop box is not on the page. */
function isOnPage(piece: Piece, size: Size): boolean {
  const x = piece.x + piece.width / 2
  const y = piece.y + piece.height / 2
  return x >= -1 && y >= -1 && x <= size.width + 1 && y <= size.height + 1
}

/** Upright numbers set into a vertical line belong to it. */
function adoptUprightDigits(frames: Map<Frame, Piece[]>, page: Size): void {
  const down = frames.get('down')
  const across = frames.get('across')
  if (down === undefined || across === undefined || down.length < across.length) return
  const rest: Piece[] = []
  for (const piece of across) {
    const centre = page.width - piece.x - piece.width / 2
    const host = down.find((other) => piece.width <= 1.3 * other.size && Math.abs(other.y + other.height / 2 - centre) < 0.3 * other.size
      && piece.y >= other.x - 2 * other.size && piece.y <= other.x + other.width + 2 * other.size)
    if (host === undefined) rest.push(piece)
    else {
      const box = { x: piece.y, y: centre - piece.width / 2, width: piece.height, height: piece.width }
      down.push({ ...piece, ...box, frame: 'down', baseline: centre + 0.225 * host.size, size: host.size })
    }
  }
  if (rest.length === 0) frames.delete('across')
  else frames.set('across', rest)
}

function insetPieces(inset: Inset): Piece[] {
  const lines = inset.text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  const size = Math.max(6, Math.min(12, 0.7 * inset.height / Math.max(1, lines.length)))
  const single = lines.length === 1 && inset.height < 2.5 * size
  return lines.map((line, index) => {
    const y = single ? inset.y + (inset.height - size) / 2 : inset.y + 2 + index * 1.2 * size
    return {
      text: line.trim(), frame: 'across', x: inset.x, y, width: inset.width, height: size, baseline: y + 0.8 * size, size,
      font: insetFont, mono: false, rtl: countRtl(line) > 0.5 * line.length, spaced: true, order: 1e6 + index,
    }
  })
}
