import { describe, expect, it } from 'vitest'
import { choosePace, type ComputerState } from '../../../src-main/reading/strain'

const idle: ComputerState = { onBattery: false, thermal: 'unknown', freeBytes: 8e9 }
const full = { kind: 'full' } as const

describe('choosePace', () => {
  it('reads at full speed where nothing speaks against it, and where the platform tells nothing', () => {
    expect(choosePace(idle, { readOnBattery: 'slowly' }, full)).toEqual(full)
    expect(choosePace({ ...idle, freeBytes: null }, { readOnBattery: 'pause' }, full)).toEqual(full)
  })

  it('does on battery what the person chose', () => {
    const onBattery = { ...idle, onBattery: true }
    expect(choosePace(onBattery, { readOnBattery: 'slowly' }, full)).toEqual({ kind: 'slow', why: 'battery' })
    expect(choosePace(onBattery, { readOnBattery: 'pause' }, full)).toEqual({ kind: 'pause', why: 'battery' })
    expect(choosePace(onBattery, { readOnBattery: 'as-usual' }, full)).toEqual(full)
  })

  it('slows down where it is hot and pauses where it is too hot', () => {
    expect(choosePace({ ...idle, thermal: 'fair' }, { readOnBattery: 'slowly' }, full)).toEqual(full)
    expect(choosePace({ ...idle, thermal: 'serious' }, { readOnBattery: 'as-usual' }, full)).toEqual({ kind: 'slow', why: 'heat' })
    expect(choosePace({ ...idle, thermal: 'critical' }, { readOnBattery: 'as-usual' }, full)).toEqual({ kind: 'pause', why: 'heat' })
  })

  it('pauses where memory runs out and goes on only when there is room for it', () => {
    const paused = choosePace({ ...idle, freeBytes: 2e8 }, { readOnBattery: 'slowly' }, full)
    expect(paused).toEqual({ kind: 'pause', why: 'memory' })
    expect(choosePace({ ...idle, freeBytes: 6e8 }, { readOnBattery: 'slowly' }, full)).toEqual(full)
    expect(choosePace({ ...idle, freeBytes: 6e8 }, { readOnBattery: 'slowly' }, paused)).toEqual(paused)
    expect(choosePace({ ...idle, freeBytes: 2e9 }, { readOnBattery: 'slowly' }, paused)).toEqual(full)
  })
})
