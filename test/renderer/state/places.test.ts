import { describe, expect, it } from 'vitest'
import { placesMax } from '../../../src-main/contract/settings'
import { unitLeft, withPlace } from '../../../src-renderer/state/places'

const places = [{ document: 'a', unit: 7 }, { document: 'b', unit: 2 }]

describe('where documents were left', () => {
  it('is the first unit where it is not known, and no unit that the document does not have', () => {
    expect(unitLeft(places, 'a', 28)).toBe(7)
    expect(unitLeft(places, 'c', 28)).toBe(0)
    expect(unitLeft(places, 'a', 5)).toBe(4)
    expect(unitLeft(places, 'a', 0)).toBe(0)
  })

  it('has what was open last first, each document once', () => {
    expect(withPlace(places, { document: 'b', unit: 3 })).toEqual([{ document: 'b', unit: 3 }, { document: 'a', unit: 7 }])
    expect(withPlace(places, { document: 'a', unit: 7 })).toBe(places)
  })

  it('forgets what was open longest ago', () => {
    const many = Array.from({ length: placesMax }, (_, unit) => ({ document: `d${unit}`, unit }))
    expect(withPlace(many, { document: 'new', unit: 1 })).toEqual([{ document: 'new', unit: 1 }, ...many.slice(0, -1)])
  })
})
