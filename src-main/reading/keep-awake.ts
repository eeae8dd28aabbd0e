import type { DocumentId } from '../contract/document'
import type { DocumentReading } from '../contract/reading'

export interface KeepAwakeWorld {
  readonly isOnBattery: () => boolean
  /** From now on the computer does not fall asleep by itself, until what is returned is called. */
  readonly preventSleep: () => () => void
}

/**
 * Keeps a computer that is plugged in from falling asleep by itself as long as a document is read: that takes hours in which nobody touches a key.
 * To be called with all that changes.
 */
export function createKeepAwake({ isOnBattery, preventSleep }: KeepAwakeWorld): (readings: readonly DocumentReading[]) => void {
  const underway = new Set<DocumentId>()
  let allowSleep: (() => void) | null = null
  return (readings) => {
    for (const { document, state } of readings) {
      if (state.kind === 'reading') underway.add(document)
      else underway.delete(document)
    }
    if (underway.size > 0 && !isOnBattery()) allowSleep ??= preventSleep()
    else {
      allowSleep?.()
      allowSleep = null
    }
  }
}
