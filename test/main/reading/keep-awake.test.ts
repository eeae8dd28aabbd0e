import { expect, it } from 'vitest'
import type { DocumentReading, ReadingState } from '../../../src-main/contract/reading'
import { createKeepAwake } from '../../../src-main/reading/keep-awake'

const readingOf = (document: string, state: ReadingState): DocumentReading => ({ document, scope: { kind: 'whole' }, state, kept: { tokens: 0, tokensTotal: null, units: [] } })
const underway: ReadingState = { kind: 'reading', progress: null, slowed: null }

it('the computer is kept awake while something is read, once, and not on battery', () => {
  let [held, begun, onBattery] = [0, 0, false]
  const hear = createKeepAwake({
    isOnBattery: () => onBattery,
    preventSleep() {
      held++
      begun++
      return () => void held--
    },
  })
  hear([readingOf('a', { kind: 'waiting', place: 1 })])
  expect(held).toBe(0)
  hear([readingOf('a', underway)])
  hear([readingOf('a', underway), readingOf('b', { kind: 'paused', why: 'person' })])
  expect([held, begun]).toEqual([1, 1])
  onBattery = true
  hear([readingOf('a', underway)])
  expect(held).toBe(0)
  onBattery = false
  hear([readingOf('a', { kind: 'read' }), readingOf('b', underway)])
  expect(held).toBe(1)
  hear([readingOf('b', { kind: 'none' })])
  expect([held, begun]).toEqual([0, 2])
})
