import { describe, expect, it } from 'vitest'
import type { DocumentReading, ReadingState } from '../../../src-main/contract/reading'
import { canAskWhole, modeFor, onlyDocument } from '../../../src-renderer/state/conversation'
import { actsFor, currentReading, reduceReadings, shareRead, waitingReadings, type Readings } from '../../../src-renderer/state/readings'

const readingOf = (document: string, state: ReadingState, tokens = 0): DocumentReading =>
  ({ document, scope: { kind: 'whole' }, state, kept: { tokens, tokensTotal: 1_000, units: tokens === 0 ? [] : [[0, 4]] } })
const underway = (tokens: number): ReadingState =>
  ({ kind: 'reading', progress: { tokens, tokensTotal: 1_000, units: 3, unitsTotal: 9, tokensPerSecond: 50, millisecondsLeft: 9_000 }, slowed: null })
const none: Readings = new Map()

describe('readings in the window', () => {
  it('change one by one, and the others stay the same objects', () => {
    const first = reduceReadings(none, { kind: 'readings-listed', readings: [readingOf('a', { kind: 'read' }), readingOf('b', { kind: 'waiting', place: 1 })] })
    const next = reduceReadings(first, { kind: 'readings-changed', readings: [readingOf('b', underway(10))] })
    expect(next.get('a')).toBe(first.get('a'))
    expect(next.get('b')?.state.kind).toBe('reading')
  })

  it('of another model replace all that was known', () => {
    const first = reduceReadings(none, { kind: 'readings-listed', readings: [readingOf('a', { kind: 'read' })] })
    expect([...reduceReadings(first, { kind: 'readings-listed', readings: [] })]).toEqual([])
  })

  it('are counted by what is under way, and otherwise by what is kept', () => {
    expect(shareRead(readingOf('a', underway(430), 256))).toBe(0.43)
    expect(shareRead(readingOf('a', { kind: 'paused', why: 'person' }, 256))).toBe(0.256)
    expect(shareRead({ ...readingOf('a', { kind: 'waiting', place: 1 }), kept: { tokens: 0, tokensTotal: null, units: [] } })).toBeNull()
  })

  it('name the one that is read and count those that wait', () => {
    const readings = reduceReadings(none, { kind: 'readings-listed', readings: [readingOf('a', { kind: 'waiting', place: 2 }), readingOf('b', underway(1)), readingOf('c', { kind: 'waiting', place: 3 })] })
    expect([currentReading(readings)?.document, waitingReadings(readings)]).toEqual(['b', 2])
  })

  it('offer what can be done in each state', () => {
    expect(actsFor(undefined)).toEqual(['start'])
    const actsIn = (state: ReadingState, scope: DocumentReading['scope'] = { kind: 'whole' }) => actsFor({ state, scope })
    expect(actsIn({ kind: 'none' })).toEqual(['start'])
    expect(actsIn(underway(10))).toEqual(['pause', 'stop'])
    expect(actsIn({ kind: 'paused', why: 'person' })).toEqual(['resume', 'stop'])
    expect(actsIn({ kind: 'partial' })).toEqual(['go-on', 'delete'])
    expect(actsIn({ kind: 'read' })).toEqual(['delete'])
    const chapters = { kind: 'units', units: [[0, 4]] } as const
    expect(actsIn({ kind: 'partial' }, chapters)).toEqual(['go-on', 'choose', 'delete'])
    expect(actsIn({ kind: 'read' }, chapters)).toEqual(['choose', 'delete'])
  })
})

describe('what a question has in view', () => {
  it('is the whole of one document that is read, unless passages were chosen', () => {
    expect(modeFor(null, 'a', readingOf('a', { kind: 'read' }, 1_000))).toBe('whole')
    expect(modeFor('passages', 'a', readingOf('a', { kind: 'read' }, 1_000))).toBe('passages')
  })

  it('is passages of what is not read, and of several documents, whatever was chosen', () => {
    expect(modeFor('whole', 'a', undefined)).toBe('passages')
    expect(modeFor('whole', 'a', readingOf('a', underway(10)))).toBe('passages')
    expect(modeFor('whole', onlyDocument(['a', 'b']), undefined)).toBe('passages')
  })

  it('is the first pages while the rest is read', () => {
    expect(canAskWhole(readingOf('a', underway(600), 512))).toBe(true)
    expect(onlyDocument(['a'])).toBe('a')
    expect(onlyDocument(null)).toBeNull()
  })
})
