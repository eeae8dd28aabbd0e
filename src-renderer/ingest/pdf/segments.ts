import type { Piece } from './pieces'

/** Pieces that follow one another on one baseline without a gap that could be a gutter. */
export interface Segment {
  readonly pieces: readonly Piece[]
  readonly x: number
  readonly right: number
  readonly y: number
  readonly bottom: number
  /** Of the largest piece. */
  readonly baseline: number
  readonly size: number
}

/** Widest gap, in font sizes, that may stand between two words of one segment. */
const gapMax = 0.8

interface Upright { readonly baseline: number; readonly size: number }

/**
 * Share of the smaller letter body that two texts have in common, seen along the line. Bodies reach from a little under the baseline to x-height, so
 * that tight leading does not make neighbours of two lines, while notes and indices still belong to theirs.
 */
export function overlap(a: Upright, b: Upright): number {
  const top = Math.max(a.baseline - 0.55 * a.size, b.baseline - 0.55 * b.size)
  const bottom = Math.min(a.baseline + 0.1 * a.size, b.baseline + 0.1 * b.size)
  return (bottom - top) / (0.65 * Math.min(a.size, b.size))
}

/** Pieces of one frame, in order of drawing -> segments. */
export function segmentsOf(pieces: readonly Piece[]): Segment[] {
  const segments: Segment[] = []
  let open: Piece[] = []
  let anchor: Piece | null = null
  let x = 0
  let right = 0
  const close = (): void => {
    if (open.length > 0) segments.push(segmentOf(open))
    open = []
  }
  for (const piece of pieces) {
    const gap = Math.max(piece.x - right, x - piece.x - piece.width)
    if (anchor !== null && open.length > 0 && gap <= gapMax * Math.max(anchor.size, piece.size) && gap >= -2 * anchor.size && overlap(anchor, piece) >= 0.4) {
      open.push(piece)
      x = Math.min(x, piece.x)
      right = Math.max(right, piece.x + piece.width)
      if (piece.size > anchor.size) anchor = piece
      continue
    }
    close()
    open = [piece]
    anchor = piece
    x = piece.x
    right = piece.x + piece.width
  }
  close()
  return segments
}

function segmentOf(pieces: readonly Piece[]): Segment {
  let [x, right, y, bottom, size, baseline] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0]
  for (const piece of pieces) {
    x = Math.min(x, piece.x)
    right = Math.max(right, piece.x + piece.width)
    y = Math.min(y, piece.y)
    bottom = Math.max(bottom, piece.y + piece.height)
    if (piece.size > size) [size, baseline] = [piece.size, piece.baseline]
  }
  return { pieces, x, right, y, bottom, baseline, size }
}
