import type { BlockText } from '../../src-main/contract/library'
import type { Span } from './contract'

export type MarkStrength = 'pale' | 'strong'

export interface MarkedSpan {
  readonly span: Span
  readonly strength: MarkStrength
}

export interface BlockPart {
  readonly text: string
  readonly strength: MarkStrength | null
}

const before = (unitA: number, offsetA: number, unitB: number, offsetB: number): boolean => unitA < unitB || (unitA === unitB && offsetA < offsetB)

/** The part of a block's text that a span covers; null where it covers none. The block is taken to lie in one unit. */
export function rangeInBlock(block: BlockText, span: Span): readonly [number, number] | null {
  if (!before(span.start.unit, span.start.offset, block.end.unit, block.end.offset)) return null
  if (!before(block.start.unit, block.start.offset, span.end.unit, span.end.offset)) return null
  const start = span.start.unit < block.start.unit ? 0 : Math.max(0, span.start.offset - block.start.offset)
  const end = span.end.unit > block.start.unit ? block.text.length : Math.min(block.text.length, span.end.offset - block.start.offset)
  return end > start ? [start, end] : null
}

/** Cuts a block's text at the marks that lie in it; where marks overlap the strong one shows. */
export function blockParts(block: BlockText, marks: readonly MarkedSpan[]): readonly BlockPart[] {
  const ranges = marks.flatMap(({ span, strength }) => {
    const range = rangeInBlock(block, span)
    return range === null ? [] : [{ range, strength }]
  })
  if (ranges.length === 0) return [{ text: block.text, strength: null }]
  const edges = [...new Set([0, block.text.length, ...ranges.flatMap(({ range }) => [...range])])].sort((a, b) => a - b)
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0
    const over = ranges.filter(({ range }) => range[0] <= start && range[1] >= end)
    const strength = over.some((mark) => mark.strength === 'strong') ? 'strong' : over.length > 0 ? 'pale' : null
    return { text: block.text.slice(start, end), strength }
  })
}

/** Index of the block in which a position stands, or the next one; -1 where there are none. */
export function blockAt(blocks: readonly BlockText[], unit: number, offset: number): number {
  const found = blocks.findIndex((block) => before(unit, offset, block.end.unit, block.end.offset))
  return found === -1 ? blocks.length - 1 : found
}
