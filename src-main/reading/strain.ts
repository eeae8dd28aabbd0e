import type { Strain } from '../contract/reading'
import type { Settings } from '../contract/settings'

/** What the platform tells of the computer. */
export interface ComputerState {
  readonly onBattery: boolean
  /** As macOS calls it, and on Linux `thermalOf`; `unknown` elsewhere. */
  readonly thermal: 'unknown' | 'nominal' | 'fair' | 'serious' | 'critical'
  /** Memory that programs can still have, bytes; null where the platform does not tell it. */
  readonly freeBytes: number | null
}

/** How a document is to be read now. */
export type ReadingPace =
  | { readonly kind: 'full' }
  | { readonly kind: 'slow'; readonly why: Strain }
  | { readonly kind: 'pause'; readonly why: Strain }

/** Less than this free, and other programs are pushed to the disk. */
const lowBytes = 300e6
/** What was paused goes on once so much is free: it takes some itself. */
const enoughBytes = 1e9

/** What the person chose. */
export type StrainSettings = Pick<Settings, 'readOnBattery' | 'readUnderStrain'>

/** @param before how it is read until now, so that what hardly changes is not turned back and forth */
export function choosePace(computer: ComputerState, { readOnBattery, readUnderStrain }: StrainSettings, before: ReadingPace): ReadingPace {
  const { onBattery, thermal, freeBytes } = computer
  const wasLow = before.kind === 'pause' && before.why === 'memory'
  const isLow = freeBytes !== null && freeBytes < (wasLow ? enoughBytes : lowBytes)
  const isHot = thermal === 'serious' || thermal === 'critical'
  // To read more slowly would leave no more memory.
  if (isLow && readUnderStrain !== 'as-usual') return { kind: 'pause', why: 'memory' }
  if (isHot && readUnderStrain === 'pause') return { kind: 'pause', why: 'heat' }
  if (thermal === 'critical' && readUnderStrain === 'slowly') return { kind: 'pause', why: 'heat' }
  if (onBattery && readOnBattery === 'pause') return { kind: 'pause', why: 'battery' }
  if (isHot && readUnderStrain === 'slowly') return { kind: 'slow', why: 'heat' }
  return onBattery && readOnBattery === 'slowly' ? { kind: 'slow', why: 'battery' } : { kind: 'full' }
}
