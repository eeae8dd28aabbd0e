import type { Direction, Run } from './document'

/**
 * Runs packed as seven 32-bit floats each: start, end, x, y, width, height, direction. Offsets stay exact below 2^24
 * characters a unit. Packed because a long book has a million of them.
 */
const fields = 7
const directions: readonly Direction[] = ['ltr', 'rtl', 'ttb', 'btt']

export function packRuns(runs: readonly Run[]): Float32Array {
  const packed = new Float32Array(runs.length * fields)
  runs.forEach((run, index) => {
    packed.set([run.start, run.end, run.x, run.y, run.width, run.height, directions.indexOf(run.direction)], index * fields)
  })
  return packed
}

export function unpackRuns(packed: Float32Array): readonly Run[] {
  return Array.from({ length: Math.floor(packed.length / fields) }, (_, index) => {
    const [start = 0, end = 0, x = 0, y = 0, width = 0, height = 0, direction = 0] = packed.subarray(index * fields, (index + 1) * fields)
    return { start, end, x, y, width, height, direction: directions[direction] ?? 'ltr' }
  })
}
