import { describe, expect, it } from 'vitest'
import { parseRange } from '../../src-main/byte-range'

describe('a Range header', () => {
  it.each([
    ['bytes=0-9', { kind: 'part', first: 0, last: 9 }],
    ['bytes=5-', { kind: 'part', first: 5, last: 99 }],
    ['bytes=-10', { kind: 'part', first: 90, last: 99 }],
    ['bytes=-1000', { kind: 'part', first: 0, last: 99 }],
    ['bytes=90-1000', { kind: 'part', first: 90, last: 99 }],
    ['bytes=99-99', { kind: 'part', first: 99, last: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=9-5', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
    ['', { kind: 'whole' }],
  ])('%s of 100 bytes', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range)
  })

  it('that is absent means everything', () => {
    expect(parseRange(null, 100)).toEqual({ kind: 'whole' })
  })
})
