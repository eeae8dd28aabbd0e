import { describe, expect, it } from 'vitest'
import { coverageLines, rangesText } from '../../../src-renderer/state/coverage'

describe('coverage', () => {
  it('draws pages together', () => {
    expect(rangesText([5, 3, 4, 88, 4])).toBe('3–5, 88')
    expect(rangesText([])).toBe('')
  })

  it('stops after some ranges and says that there are more', () => {
    expect(rangesText([1, 3, 5, 7], 3)).toBe('1, 3, 5, …')
  })

  it('counts pages once, from 1, and knows when all were in view', () => {
    const documents = [
      { document: 'a', title: 'A', unitsInView: [2, 3, 2], unitsTotal: 9, paginated: true },
      { document: 'b', title: 'B', unitsInView: [0, 1], unitsTotal: 2, paginated: false },
    ]
    expect(coverageLines({ documents, complete: false })).toEqual([
      { document: 'a', title: 'A', complete: false, paginated: true, inView: 2, total: 9, ranges: [{ first: 3, last: 4 }] },
      { document: 'b', title: 'B', complete: true, paginated: false, inView: 2, total: 2, ranges: [{ first: 1, last: 2 }] },
    ])
  })
})
