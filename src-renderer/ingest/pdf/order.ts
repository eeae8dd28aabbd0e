import { areColumns, isRtl } from './columns'
import { least, most } from './extent'
import type { Segment } from './segments'

/** Segments that are read row by row; `left` and `right` are the edges of the column that they stand in. */
export interface Region {
  readonly segments: readonly Segment[]
  readonly left: number
  readonly right: number
}

const depthMax = 8

/**
 * Reading order of one frame: recursive XY-cut. A gutter is the place where most rows have a gap; text that crosses it (headings over all columns) cuts the
 * page into bands; a band whose two sides read as columns is split, every other one (tables, single column) stays together and is read row by row.
 */
export function regionsOf(segments: readonly Segment[], depth = 0): Region[] {
  if (segments.length === 0) return []
  if (segments.length < 4 || depth >= depthMax) return [regionOf(segments)]
  for (const gutter of [drawnGutter(segments), findGutter(segments)]) {
    const bands = gutter === null ? [] : bandsOf(segments, gutter)
    if (gutter !== null && bands.some((band) => areColumns(band.left, band.right, gutter))) return dividedAt(gutter, bands, segments.length, depth)
  }
  return [regionOf(segments)]
}

function dividedAt(gutter: number, bands: readonly Band[], all: number, depth: number): Region[] {
  const regions: Region[] = []
  let whole: Segment[] = []
  const flush = (): void => {
    if (whole.length > 0) regions.push(...whole.length < all ? regionsOf(whole, depth + 1) : [regionOf(whole)])
    whole = []
  }
  for (const band of bands) {
    if (!areColumns(band.left, band.right, gutter)) {
      whole.push(...band.left, ...band.right, ...band.across)
      continue
    }
    flush()
    const sides = isRtl(band.left, band.right) ? [band.right, band.left] : [band.left, band.right]
    for (const side of sides) regions.push(...regionsOf(side, depth + 1))
    whole.push(...band.across)
  }
  flush()
  return regions
}

function regionOf(segments: readonly Segment[]): Region {
  return { segments, left: least(segments, (segment) => segment.x), right: most(segments, (segment) => segment.right) }
}

/** The gutter that the drawing jumps over: up from the end of one column to the head of the next; null where there is no such jump. */
function drawnGutter(segments: readonly Segment[]): number | null {
  for (let index = 3; index < segments.length - 1; index += 1) {
    const [last, head] = [segments[index - 1], segments[index]]
    if (last === undefined || head === undefined || head.baseline > last.baseline - 2.5 * head.size || head.x < last.right) continue
    let edge = last.right
    let from = index - 1
    for (; from >= 0; from -= 1) {
      const segment = segments[from]
      if (segment === undefined || segment.baseline < head.baseline - 0.5 * head.size || segment.right > head.x) break
      edge = Math.max(edge, segment.right)
    }
    let to = index
    let left = head.x
    while (to < segments.length && (segments[to]?.x ?? 0) > edge) {
      left = Math.min(left, segments[to]?.x ?? left)
      to += 1
    }
    if (index - 1 - from >= 3 && to - index >= 2) return (edge + left) / 2
  }
  return null
}

/** Where most rows have a gap; null where no place has three, or two of few. */
function findGutter(segments: readonly Segment[]): number | null {
  const start = least(segments, (segment) => segment.x)
  const end = most(segments, (segment) => segment.right)
  const bins = Math.min(4096, Math.ceil((end - start) / 2) + 2)
  const steps = new Int32Array(bins + 1)
  const byTop = [...segments].sort((a, b) => a.y - b.y)
  byTop.forEach((segment, index) => {
    const neighbour = nextRight(byTop, index)
    if (neighbour === null) return
    const from = Math.ceil((segment.right - start) / 2)
    const to = Math.floor((neighbour.x - start) / 2)
    if (from > to || from < 0 || to >= bins) return
    steps[from] = (steps[from] ?? 0) + 1
    steps[to + 1] = (steps[to + 1] ?? 0) - 1
  })
  let best = { votes: 0, from: 0, to: 0 }
  let votes = 0
  for (let bin = 0; bin < bins; bin += 1) {
    votes += steps[bin] ?? 0
    if (votes > best.votes) best = { votes, from: bin, to: bin }
    else if (votes === best.votes && best.to === bin - 1) best = { ...best, to: bin }
  }
  return best.votes >= Math.min(3, segments.length / 3) ? start + best.from + best.to : null
}

/** The nearest segment to the right that shares a third of the height. */
function nextRight(byTop: readonly Segment[], index: number): Segment | null {
  const segment = byTop[index]
  if (segment === undefined) return null
  let found: Segment | null = null
  const consider = (other: Segment): void => {
    const shared = Math.min(segment.bottom, other.bottom) - Math.max(segment.y, other.y)
    const isBeside = other.x >= segment.right && shared > 0.34 * Math.min(segment.bottom - segment.y, other.bottom - other.y)
    if (isBeside && (found === null || other.x < found.x)) found = other
  }
  const reach = 3 * (segment.bottom - segment.y)
  for (let at = index - 1; at >= 0 && (byTop[at]?.y ?? -Infinity) > segment.y - reach; at -= 1) consider(byTop[at] ?? segment)
  for (let at = index + 1; at < byTop.length && (byTop[at]?.y ?? Infinity) < segment.bottom; at += 1) consider(byTop[at] ?? segment)
  return found
}

interface Band {
  readonly left: Segment[]
  readonly right: Segment[]
  /** What crosses the gutter below the two sides. */
  readonly across: Segment[]
}

const middle = (segment: Segment): number => segment.baseline - 0.3 * segment.size

function bandsOf(segments: readonly Segment[], gutter: number): Band[] {
  const bands: Band[] = [{ left: [], right: [], across: [] }]
  for (const segment of [...segments].sort((a, b) => middle(a) - middle(b))) {
    let band = bands.at(-1)
    const crosses = segment.x < gutter && segment.right > gutter
    if (band === undefined || !crosses && (band.across.length > 0 || endsBefore(band, segment, gutter))) {
      band = { left: [], right: [], across: [] }
      bands.push(band)
    }
    if (crosses) band.across.push(segment)
    else if (segment.right <= gutter) band.left.push(segment)
    else band.right.push(segment)
  }
  return bands
}

/** True where one side has ended and the other goes on after a clear gap: that is text below the columns, not the longer column. */
function endsBefore(band: Band, segment: Segment, gutter: number): boolean {
  if (band.left.length === 0 || band.right.length === 0) return false
  const bottom = Math.min(most(band.left, (other) => other.bottom), most(band.right, (other) => other.bottom))
  const other = segment.right <= gutter ? band.right : band.left
  return segment.y - bottom > 1.2 * segment.size && segment.y - most(other, (each) => each.bottom) > 3 * segment.size
}
