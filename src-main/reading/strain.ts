import type { Strain } from '../contract/reading'
import type { Settings } from '../contract/settings'

/** What the platform tells of the computer. */
export interface ComputerState {
  readonly onBattery: boolean
  /** As macOS calls it; `unknown` elsewhere. */
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

/** @param before how it is read until now, so that what hardly changes is not turned back and forth */
export function choosePace({ onBattery, thermal, freeBytes }: ComputerState, { readOnBattery }: Pick<Settings, 'readOnBattery'>, before: ReadingPace): ReadingPace {
  const wasLow = before.kind === 'pause' && before.why === 'memory'
  if (freeBytes !== null && freeBytes < (wasLow ? enoughBytes : lowBytes)) return { kind: 'pause', why: 'memory' }
  if (thermal === 'critical') return { kind: 'pause', why: 'heat' }
  if (onBattery && readOnBattery === 'pause') return { kind: 'pause', why: 'battery' }
  if (thermal === 'serious') return { kind: 'slow', why: 'heat' }
  return onBattery && readOnBattery === 'slowly' ? { kind: 'slow', why: 'battery' } : { kind: 'full' }
}
