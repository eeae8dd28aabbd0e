import type { Box, Run } from './document'
import { estimatedWidth } from './widths'

/**
 * Boxes that the UTF-16 range [start, end) of a unit covers: the runs of each line clipped to the range and merged.
 * With the unit's `text` a run is cut by the usual widths of its characters, without it in equal parts.
 */
export function spanBoxes(runs: readonly Run[], start: number, end: number, text = ''): readonly Box[] {
  const merged: Box[] = []
  let wasDown = false
  for (const run of runs) {
    if (run.end <= start || run.start >= end) continue
    const box = clip(run, Math.max(start, run.start), Math.min(end, run.end), text)
    const last = merged.at(-1)
    const isDown = run.direction === 'ttb' || run.direction === 'btt'
    if (last !== undefined && isDown === wasDown && sameLine(last, box, isDown)) merged[merged.length - 1] = union(last, box)
    else merged.push(box)
    wasDown = isDown
  }
  return merged
}

function clip(run: Run, start: number, end: number, text: string): Box {
  const whole = weight(text, run.start, run.end)
  const from = whole === 0 ? 0 : weight(text, run.start, start) / whole
  const to = whole === 0 ? 1 : weight(text, run.start, end) / whole
  switch (run.direction) {
    case 'ltr': return { x: run.x + from * run.width, y: run.y, width: (to - from) * run.width, height: run.height }
    case 'rtl': return { x: run.x + (1 - to) * run.width, y: run.y, width: (to - from) * run.width, height: run.height }
    case 'ttb': return { x: run.x, y: run.y + from * run.height, width: run.width, height: (to - from) * run.height }
    case 'btt': return { x: run.x, y: run.y + (1 - to) * run.height, width: run.width, height: (to - from) * run.height }
  }
}

const weight = (text: string, start: number, end: number): number => text === '' ? end - start : estimatedWidth(text, start, end)

/** Same line: the boxes share most of their height (or, in vertical text, of their width) and lie close together. */
function sameLine(a: Box, b: Box, isDown: boolean): boolean {
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const high = Math.min(a.height, b.height)
  const wide = Math.min(a.width, b.width)
  return isDown ? across >= 0.6 * wide && down > -1.5 * wide : down >= 0.6 * high && across > -1.5 * high
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
