import { describe, expect, it } from 'vitest'
import { choosePace, type ComputerState, type ReadingPace, type StrainSettings } from '../../../src-main/reading/strain'

const idle: ComputerState = { onBattery: false, thermal: 'unknown', freeBytes: 8e9 }
const full = { kind: 'full' } as const

const paceOf = (computer: Partial<ComputerState>, settings: Partial<StrainSettings> = {}, before: ReadingPace = full): ReadingPace =>
  choosePace({ ...idle, ...computer }, { readOnBattery: 'slowly', readUnderStrain: 'slowly', ...settings }, before)

describe('choosePace', () => {
  it('reads at full speed where nothing speaks against it, and where the platform tells nothing', () => {
    expect(paceOf({})).toEqual(full)
    expect(paceOf({ freeBytes: null }, { readOnBattery: 'pause', readUnderStrain: 'pause' })).toEqual(full)
  })

  it('does on battery what the person chose', () => {
    const onBattery = { onBattery: true }
    expect(paceOf(onBattery)).toEqual({ kind: 'slow', why: 'battery' })
    expect(paceOf(onBattery, { readOnBattery: 'pause' })).toEqual({ kind: 'pause', why: 'battery' })
    expect(paceOf(onBattery, { readOnBattery: 'as-usual' })).toEqual(full)
  })

  it('slows down where it is hot and pauses where it is too hot, or does what the person chose', () => {
    expect(paceOf({ thermal: 'fair' })).toEqual(full)
    expect(paceOf({ thermal: 'serious' }, { readOnBattery: 'as-usual' })).toEqual({ kind: 'slow', why: 'heat' })
    expect(paceOf({ thermal: 'critical' }, { readOnBattery: 'as-usual' })).toEqual({ kind: 'pause', why: 'heat' })
    expect(paceOf({ thermal: 'serious' }, { readUnderStrain: 'pause' })).toEqual({ kind: 'pause', why: 'heat' })
    expect(paceOf({ thermal: 'critical' }, { readUnderStrain: 'as-usual' })).toEqual(full)
    expect(paceOf({ thermal: 'critical', onBattery: true }, { readUnderStrain: 'as-usual' })).toEqual({ kind: 'slow', why: 'battery' })
  })

  it('pauses where memory runs out and goes on only when there is room for it, unless the person wants it to go on', () => {
    const paused = paceOf({ freeBytes: 2e8 })
    expect(paused).toEqual({ kind: 'pause', why: 'memory' })
    expect(paceOf({ freeBytes: 6e8 })).toEqual(full)
    expect(paceOf({ freeBytes: 6e8 }, {}, paused)).toEqual(paused)
    expect(paceOf({ freeBytes: 2e9 }, {}, paused)).toEqual(full)
    expect(paceOf({ freeBytes: 2e8 }, { readUnderStrain: 'as-usual' }, paused)).toEqual(full)
  })
})
