import type { DeviceChoice } from '../../src-engine/protocol'
import type { Settings } from '../contract/settings'

/** The settings that are kept of devices. */
export interface DeviceMemo {
  read(): Pick<Settings, 'device' | 'deviceTrouble'>
  write(change: Partial<Pick<Settings, 'deviceTrouble'>>): Promise<unknown>
}

/**
 * Which device to use, and whether to use it at all: one that failed is not used again, also after a restart, until the person chooses anew. What is about
 * to be tried is written down first, for a driver can take the whole computer with it.
 */
export interface DeviceTrust {
  /** What the person chose, or the processor where that failed. */
  readonly choice: DeviceChoice
  /** What went wrong with a device; null where nothing did. */
  readonly trouble: string | null
  begin(device: string): Promise<void>
  passed(): Promise<void>
  failed(trouble: string): void
  /** An orderly end in the middle of a load says nothing of the device. */
  leave(): void
}

const again = 'Choose it again in the settings to try once more.'
export const troubles = {
  looking: 'The driver of a graphics device failed when it was looked for, so the processor computes. Choose a device in the settings to try once more.',
  trying: (device: string) => `Longleaf or the computer stopped while a model was loaded on ${device}, so the processor computes. ${again}`,
  loading: (device: string, why: string) => `The model could not be loaded on ${device} (${why}), so the processor computes. ${again}`,
  computing: (device: string) => `${device} stopped working, so the processor computes. ${again}`,
} as const

/** What an answer that a device broke off ends with. */
export const deviceLost = (device: string): string =>
  `${device} stopped working, and the model was started again on the processor. What was written so far is kept; ask again to get the rest.`

export function createDeviceTrust(memo: DeviceMemo): DeviceTrust {
  let trying = false
  /** What is being written, as reading gives it only then. */
  let pending: string | null = null
  const trouble = (): string | null => pending ?? memo.read().deviceTrouble
  const passed = async (): Promise<void> => {
    trying = false
    await memo.write({ deviceTrouble: null })
  }
  return {
    get choice() {
      return trying || trouble() === null ? memo.read().device : 'cpu'
    },
    get trouble() {
      return trying ? null : trouble()
    },
    async begin(device) {
      trying = true
      await memo.write({ deviceTrouble: troubles.trying(device) })
    },
    passed,
    leave: () => void (trying && passed().catch(() => undefined)),
    failed(sentence) {
      trying = false
      pending = sentence
      // Where it cannot be written it holds for as long as this process lives.
      memo.write({ deviceTrouble: sentence }).then(() => (pending = null), () => undefined)
    },
  }
}
