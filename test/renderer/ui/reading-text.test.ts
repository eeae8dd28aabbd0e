import { describe, expect, it } from 'vitest'
import type { DocumentReading, ReadingProgress, ReadingState, UnitRange } from '../../../src-main/contract/reading'
import { formatTimeLeft } from '../../../src-renderer/ui/format'
import { readingText } from '../../../src-renderer/ui/reading-text'

const book = { units: 410, paginated: true }
const textOf = (state: ReadingState, units: readonly UnitRange[] = [], extent = book): string | undefined => {
  const reading: DocumentReading = { document: 'd', scope: { kind: 'whole' }, state, kept: { tokens: units.length === 0 ? 0 : 60_000, tokensTotal: 118_000, units } }
  return readingText(reading, extent)?.text
}
const progress: ReadingProgress = { tokens: 51_400, tokensTotal: 118_000, units: 178, unitsTotal: 410, tokensPerSecond: 140, millisecondsLeft: 330_000 }

describe('the reading of a document in words', () => {
  it('says how far it is and how long it takes still', () => {
    expect(textOf({ kind: 'reading', progress, slowed: null })).toBe('Reading 43 % · 6 min left')
    expect(textOf({ kind: 'reading', progress: { ...progress, millisecondsLeft: null }, slowed: null })).toBe('Reading 43 %')
    expect(textOf({ kind: 'reading', progress, slowed: 'battery' })).toBe('Reading 43 %, slower (on battery) · 6 min left')
    expect(textOf({ kind: 'reading', progress: null, slowed: null })).toBe('Reading · getting ready')
  })

  it('says why it stands still', () => {
    expect(textOf({ kind: 'paused', why: 'person' }, [[0, 211]])).toBe('Paused at 50 % · by you')
    expect(textOf({ kind: 'paused', why: 'memory' })).toBe('Paused at 0 % · memory is short')
    expect(textOf({ kind: 'waiting', place: 2 })).toBe('Waiting · 410 pages')
  })

  it('says which pages are read', () => {
    expect(textOf({ kind: 'partial' }, [[0, 211]])).toBe('Partly read · pages 1–212')
    expect(textOf({ kind: 'partial' }, [[4, 4]])).toBe('Partly read · page 5')
    expect(textOf({ kind: 'partial' }, [[0, 1], [4, 6]], { units: 9, paginated: false })).toBe('Partly read · sections 1–2, 5–7')
    expect(textOf({ kind: 'read' }, [[0, 409]])).toBe('Read · 410 pages')
    expect(textOf({ kind: 'read' }, [[20, 39], [60, 80]])).toBe('Read · pages 21–40, 61–81')
  })

  it('says what went wrong in the words of who knows', () => {
    expect(textOf({ kind: 'failed', failure: { kind: 'disk-full', message: 'The disk is full. Free 2 GB and read on.' } })).toBe('Reading stopped: The disk is full. Free 2 GB and read on.')
    expect(textOf({ kind: 'none' })).toBeUndefined()
  })
})

describe('time that is left', () => {
  it('is said as a person would say it, rounded up', () => {
    const minutes = [0.2, 0.99, 1, 5.5, 10, 10.1, 42, 58, 75, 131, 299, 310, 1_500]
    expect(minutes.map((each) => formatTimeLeft(each * 60_000))).toEqual([
      '1 min', '1 min', '1 min', '6 min', '10 min', '15 min', '45 min', '1 h', '1 h 20 min', '2 h 20 min', '5 h', '6 h', '25 h',
    ])
  })
})
