import type { TextItem, TextStyle } from 'pdfjs-dist/types/src/display/api'
import { hasRtl } from './characters'

/** Where an item lies on its line: from `start` to `end` along the direction `u`, `level` across it, in points of the page's user space. */
export interface Extent {
  readonly item: TextItem
  readonly u: readonly [number, number]
  readonly vertical: boolean
  readonly start: number
  readonly end: number
  readonly level: number
  readonly size: number
}

export function extentOf(item: TextItem, styles: Readonly<Record<string, TextStyle>>): Extent {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform as number[]
  const vertical = styles[item.fontName]?.vertical === true
  const [x, y] = vertical ? [-c, -d] : [a, b]
  const norm = Math.hypot(x, y) || 1
  const u = [x / norm, y / norm] as const
  const start = e * u[0] + f * u[1]
  const size = Math.hypot(c, d) || Math.hypot(a, b)
  return { item, u, vertical, start, end: start + (vertical ? item.height : item.width), level: f * u[0] - e * u[1], size }
}

function isOnLine(one: Extent, other: Extent): boolean {
  const isParallel = one.vertical === other.vertical && one.u[0] * other.u[0] + one.u[1] * other.u[1] > 0.99
  return isParallel && Math.abs(one.level - other.level) < 0.6 * Math.max(one.size, other.size)
}

/** Whether the second goes on where the first ends, without room for a blank. */
export const meets = (one: Extent, other: Extent): boolean => isOnLine(one, other) && Math.abs(other.start - one.end) < 0.2 * Math.max(one.size, other.size)

/** Extents that follow one another on one line made one, with the properties of the widest of them. */
export function linesOf(extents: readonly Extent[]): readonly Extent[] {
  const lines: Extent[] = []
  let widest = 0
  for (const extent of extents) {
    const line = lines.at(-1)
    const width = extent.end - extent.start
    if (line === undefined || !isOnLine(line, extent)) {
      lines.push(extent)
      widest = width
      continue
    }
    const main = width > widest ? extent : line
    widest = Math.max(widest, width)
    lines[lines.length - 1] = { ...main, start: Math.min(line.start, extent.start), end: Math.max(line.end, extent.end) }
  }
  return lines
}

/** The extent as an item that says `str`. */
export function itemOf({ item, u, vertical, start, end, level }: Extent, str: string): TextItem {
  const transform = [...(item.transform as number[]).slice(0, 4), u[0] * start - u[1] * level, u[1] * start + u[0] * level]
  const length = end - start
  return { ...item, ...vertical ? { height: length } : { width: length }, str, dir: hasRtl(str) ? 'rtl' : 'ltr', transform }
}
