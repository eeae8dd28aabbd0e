import type { Stretch } from '../model/chunk'

/** What the tokens [start, end) come to, so many at a time. */
export function stretches(start: number, end: number, step: number): readonly Stretch[] {
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => ({ start: start + i * step, count: Math.min(step, end - start - i * step) }))
}
