import { describe, expect, it } from 'vitest'
import { Slots } from '../../../src-engine/retrieval/slots'
import { fc } from '../../support/properties'

describe('slots', () => {
  it('take blocks in their order, the last slots first', () => {
    const slots = new Slots(4)
    expect(slots.assign([3, 5, 9])).toEqual([{ block: 3, slot: 1 }, { block: 5, slot: 2 }, { block: 9, slot: 3 }])
  })

  it('leave what is chosen again where it is', () => {
    const slots = new Slots(3)
    slots.assign([3, 5, 9])
    expect(slots.assign([5, 8, 9])).toEqual([{ block: 8, slot: 0 }])
    expect(slots.assign([5, 8, 9])).toEqual([])
  })

  it('hold, whatever was chosen before, just what is chosen in the last of them', () => {
    const choices = fc.array(fc.uniqueArray(fc.nat(20), { maxLength: 8 }).map((blocks) => blocks.sort((a, b) => a - b)), { maxLength: 20 })
    fc.assert(fc.property(choices, (all) => {
      const slots = new Slots(8)
      const held = new Int32Array(8).fill(-1)
      for (const chosen of all) {
        for (const { block, slot } of slots.assign(chosen)) held[slot] = block
        expect([...held.subarray(8 - chosen.length)].sort((a, b) => a - b)).toEqual(chosen)
      }
    }))
  })

  it('refuse more than they are, and forget', () => {
    const slots = new Slots(1)
    expect(() => slots.assign([1, 2])).toThrow(RangeError)
    slots.assign([1])
    slots.forget()
    expect(slots.assign([1])).toEqual([{ block: 1, slot: 0 }])
  })
})
