import type { Stretch } from '../model/chunk'

interface SuperChunkSizes {
  /** Of the first; a multiple of it are all. */
  readonly firstTokens: number
  /** Of a later one at most. */
  readonly superChunkTokens: number
}

/** Super-chunks grow with what is kept already, as far as they may: a stop loses at most as much, or the first. */
export function superChunks(start: number, end: number, { firstTokens, superChunkTokens }: SuperChunkSizes): readonly Stretch[] {
  const chunks: Stretch[] = []
  for (let at = start; at < end;) {
    const wanted = Math.floor(at / firstTokens) * firstTokens
    const count = Math.min(Math.max(firstTokens, wanted), superChunkTokens, end - at)
    chunks.push({ start: at, count })
    at += count
  }
  return chunks
}

/** What the tokens [start, end) come to, so many at a time. */
export function stretches(start: number, end: number, step: number): readonly Stretch[] {
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => ({ start: start + i * step, count: Math.min(step, end - start - i * step) }))
}
