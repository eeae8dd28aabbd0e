import { describe, expect, it } from 'vitest'
import type { DocumentReading, ReadingState } from '../../../src-main/contract/reading'
import { createEndWatch, endNotice } from '../../../src-main/reading/end-notice'

const readingOf = (document: string, state: ReadingState): DocumentReading => ({ document, scope: { kind: 'whole' }, state, kept: { tokens: 0, tokensTotal: null, units: [] } })
const underway = (document: string): DocumentReading => readingOf(document, { kind: 'reading', progress: null, slowed: null })
const failed = readingOf('a', { kind: 'failed', failure: { kind: 'disk-full', message: 'The disk is full. Free some room and read on.' } })

describe('a reading that ends', () => {
  it('is told once, where it was read before our eyes', () => {
    const ends = createEndWatch()
    expect(ends.hear([readingOf('a', { kind: 'read' }), underway('b')])).toEqual([])
    expect(ends.hear([readingOf('b', { kind: 'read' })]).map(({ document }) => document)).toEqual(['b'])
    expect(ends.hear([readingOf('b', { kind: 'read' })])).toEqual([])
  })

  it('is not told where the person paused or stopped it', () => {
    const ends = createEndWatch()
    ends.hear([underway('a')])
    expect(ends.hear([readingOf('a', { kind: 'paused', why: 'person' })])).toEqual([])
    ends.hear([underway('a')])
    expect(ends.hear([readingOf('a', { kind: 'partial' })])).toEqual([])
  })

  it('says why it stopped, and what to do', () => {
    const ends = createEndWatch()
    ends.hear([underway('a')])
    expect(ends.hear([failed])).toEqual([failed])
    expect(endNotice(failed, 'Tides')).toEqual({ document: 'a', title: 'Reading “Tides” stopped', body: 'The disk is full. Free some room and read on.' })
    expect(endNotice(readingOf('a', { kind: 'read' }), 'Tides').title).toBe('“Tides” is read')
  })

  it('never says that the whole was read where that were chapters', () => {
    const chapters: DocumentReading = { ...readingOf('a', { kind: 'read' }), scope: { kind: 'units', units: [[0, 4]] } }
    expect(endNotice(chapters, 'Tides')).toEqual({ document: 'a', title: 'The chosen parts of “Tides” are read', body: 'Questions about it are answered from them now.' })
  })
})
