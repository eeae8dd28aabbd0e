import { describe, expect, it } from 'vitest'
import type { UnitRange } from '../../../src-main/contract/reading'
import { countUnits, firstUnits, joinUnits, listUnits } from '../../../src-main/contract/unit-ranges'
import { fc } from '../../support/properties'

const ranges = fc.array(fc.tuple(fc.nat(30), fc.nat(6)).map(([first, length]): UnitRange => [first, first + length]), { maxLength: 8 })

describe('ranges of units', () => {
  it('are joined to the same units, each once, in order and within the document', () => {
    fc.assert(fc.property(ranges, fc.integer({ min: 1, max: 40 }), (given, total) => {
      const units = [...new Set(listUnits(given))].filter((unit) => unit < total).sort((a, b) => a - b)
      const joined = joinUnits(given, total)
      expect(listUnits(joined)).toEqual(units)
      expect(joined.every(([first], i) => i === 0 || first > (joined[i - 1]?.[1] ?? 0) + 1)).toBe(true)
    }))
  })

  it('are cut after so many units', () => {
    fc.assert(fc.property(ranges, fc.nat(50), (given, count) => {
      const joined = joinUnits(given, 100)
      expect(listUnits(firstUnits(joined, count))).toEqual(listUnits(joined).slice(0, count))
      expect(countUnits(joined)).toBe(listUnits(joined).length)
    }))
  })
})
