import { describe, expect, test } from 'vitest'
import { spanBoxes } from '../../../src-main/contract/boxes'
import type { Run } from '../../../src-main/contract/document'
import { packRuns, unpackRuns } from '../../../src-main/contract/runs'
import { estimatedWidth } from '../../../src-main/contract/widths'

const run = (start: number, end: number, x: number, y: number, width: number, height: number, direction: Run['direction'] = 'ltr'): Run => ({ start, end, x, y, width, height, direction })

describe('boxes of a span', () => {
  test('are the runs that it covers, line by line', () => {
    const runs = [run(0, 10, 40, 100, 100, 12), run(11, 20, 142, 100, 90, 12), run(21, 30, 40, 115, 90, 12)]
    expect(spanBoxes(runs, 0, 30)).toEqual([{ x: 40, y: 100, width: 192, height: 12 }, { x: 40, y: 115, width: 90, height: 12 }])
  })

  test('are cut where the span begins and ends', () => {
    expect(spanBoxes([run(0, 10, 40, 100, 100, 12)], 2, 5)).toEqual([{ x: 60, y: 100, width: 30, height: 12 }])
    expect(spanBoxes([run(0, 10, 40, 100, 100, 12, 'rtl')], 2, 5)).toEqual([{ x: 90, y: 100, width: 30, height: 12 }])
    expect(spanBoxes([run(0, 10, 40, 100, 12, 100, 'ttb')], 2, 5)).toEqual([{ x: 40, y: 120, width: 12, height: 30 }])
    expect(spanBoxes([run(0, 10, 40, 100, 12, 100, 'btt')], 2, 5)).toEqual([{ x: 40, y: 150, width: 12, height: 30 }])
  })

  test('are cut by the widths of the letters where the text is given', () => {
    const [box] = spanBoxes([run(0, 8, 0, 0, 100, 12)], 4, 8, 'iiiiMMMM')
    expect(box?.x).toBeCloseTo(100 * 250 / 1150, 3)
    expect(box?.width).toBeCloseTo(100 * 900 / 1150, 3)
  })

  test('of two columns at one height stay two', () => {
    expect(spanBoxes([run(0, 10, 40, 100, 100, 12), run(11, 20, 240, 100, 90, 12)], 0, 20)).toHaveLength(2)
  })

  test('of a letter that begins the next line stay apart from the line above', () => {
    expect(spanBoxes([run(0, 10, 40, 100, 400, 12), run(10, 11, 44, 113, 3, 12)], 0, 11)).toHaveLength(2)
  })

  test('of columns of vertical text stay one a column', () => {
    expect(spanBoxes([run(0, 10, 300, 50, 16, 160, 'ttb'), run(10, 20, 270, 50, 16, 160, 'ttb')], 0, 20)).toHaveLength(2)
    expect(spanBoxes([run(0, 10, 300, 50, 16, 160, 'ttb'), run(10, 20, 300, 212, 16, 100, 'ttb')], 0, 20)).toHaveLength(1)
  })

  test('of nothing are none', () => {
    expect(spanBoxes([run(0, 10, 40, 100, 100, 12)], 10, 20)).toEqual([])
  })
})

describe('packed runs', () => {
  test('come back as they were', () => {
    const runs = [run(0, 10, 40.5, 100.25, 100, 12), run(11, 20, 1, 2, 3, 4, 'rtl'), run(20, 21, 1, 2, 3, 4, 'ttb'), run(21, 22, 1, 2, 3, 4, 'btt')]
    expect(unpackRuns(packRuns(runs))).toEqual(runs)
  })
})

describe('estimated widths', () => {
  test('tell narrow letters from wide ones and from those of full width', () => {
    expect(estimatedWidth('ill')).toBeLessThan(estimatedWidth('mow') / 2)
    expect(estimatedWidth('雨')).toBe(1)
    expect(estimatedWidth('a\u0301')).toBe(estimatedWidth('a'))
  })
})
