import { describe, expect, it } from 'vitest'
import { computingText, isTooSmall } from '../../../src-renderer/settings/devices'

const card = { name: 'Vulkan0', title: 'Card', kind: 'card', freeBytes: 1, totalBytes: 2 } as const

describe('what computes', () => {
  it('is said to be the processor for want of memory where a card is there and could not be used', () => {
    const computing = { layers: 40, devices: [], notice: null }
    expect(isTooSmall(computing, 'auto', [card])).toBe(true)
    expect(isTooSmall(computing, 'cpu', [card])).toBe(false)
    expect(isTooSmall(computing, 'auto', [])).toBe(false)
    expect(isTooSmall(computing, 'auto', [{ ...card, kind: 'integrated' }])).toBe(false)
    expect(isTooSmall({ ...computing, devices: [{ title: 'Card', layers: 1 }] }, 'auto', [card])).toBe(false)
  })

  it('is said by layers: the processor has those that no device took', () => {
    expect(computingText({ layers: 40, devices: [], notice: null })).toBe('Now: the processor computes all layers.')
    expect(computingText({ layers: 40, devices: [{ title: 'Card', layers: 30 }], notice: null })).toBe('Now: 30 layers on Card, 10 layers on the processor.')
    expect(computingText({ layers: 40, devices: [{ title: 'A', layers: 25 }, { title: 'B', layers: 15 }], notice: null })).toBe('Now: 25 layers on A, 15 layers on B.')
    expect(computingText({ layers: 2, devices: [{ title: 'A', layers: 1 }], notice: null })).toBe('Now: 1 layer on A, 1 layer on the processor.')
  })
})
