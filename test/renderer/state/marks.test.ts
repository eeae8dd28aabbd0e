import { describe, expect, it } from 'vitest'
import type { BlockText } from '../../../src-main/contract/library'
import { blockAt, blockParts, rangeInBlock } from '../../../src-renderer/state/block-marks'
import { placeBox } from '../../../src-renderer/state/box'

const block = (unit: number, offset: number, text: string): BlockText => ({ kind: 'paragraph', level: 0, path: [], paragraph: 1, text, start: { unit, offset }, end: { unit, offset: offset + text.length } })
const span = (unit: number, start: number, end: number, endUnit = unit) => ({ start: { unit, offset: start }, end: { unit: endUnit, offset: end } })

describe('boxes on a page', () => {
  const box = { x: 60, y: 80, width: 120, height: 20 }

  it('lie in per cent of the page', () => {
    expect(placeBox(box, 600, 800, 0)).toEqual({ left: 10, top: 10, width: 20, height: 2.5 })
  })

  it('turn with the page: a corner near the top left goes clockwise round', () => {
    const at = (rotation: 0 | 90 | 180 | 270) => Object.values(placeBox(box, 600, 800, rotation)).map((value) => Math.round(value * 100) / 100)
    expect(at(90)).toEqual([87.5, 10, 2.5, 20])
    expect(at(180)).toEqual([70, 87.5, 20, 2.5])
    expect(at(270)).toEqual([10, 70, 2.5, 20])
  })
})

describe('marks in running text', () => {
  it('cut a block where a span covers it', () => {
    expect(blockParts(block(0, 10, 'The sea walks.'), [{ span: span(0, 14, 17), strength: 'pale' }])).toEqual([
      { text: 'The ', strength: null }, { text: 'sea', strength: 'pale' }, { text: ' walks.', strength: null },
    ])
  })

  it('show the strong one where they overlap', () => {
    const parts = blockParts(block(0, 0, 'abcdef'), [{ span: span(0, 0, 6), strength: 'pale' }, { span: span(0, 2, 4), strength: 'strong' }])
    expect(parts.map(({ text, strength }) => `${text}:${strength}`)).toEqual(['ab:pale', 'cd:strong', 'ef:pale'])
  })

  it('cover what lies in the block of a span over several blocks and units', () => {
    expect(rangeInBlock(block(1, 0, 'abc'), span(0, 5, 9, 2))).toEqual([0, 3])
    expect(rangeInBlock(block(0, 3, 'abc'), span(0, 0, 4))).toEqual([0, 1])
    expect(rangeInBlock(block(0, 3, 'abc'), span(0, 6, 9))).toBeNull()
    expect(rangeInBlock(block(0, 3, 'abc'), span(0, 0, 3))).toBeNull()
  })

  it('lead to the block of a position, or the next one', () => {
    const blocks = [block(0, 0, 'abc'), block(0, 5, 'def'), block(2, 0, 'ghi')]
    expect([blockAt(blocks, 0, 1), blockAt(blocks, 0, 4), blockAt(blocks, 1, 0), blockAt(blocks, 9, 0), blockAt([], 0, 0)]).toEqual([0, 1, 2, 2, -1])
  })
})
