import { freemem } from 'node:os'
import { powerMonitor } from 'electron'
import type { ComputerState } from './reading/strain'

/** How the computer is now; the app has to be ready. */
export const computerState = (): ComputerState => ({
  onBattery: powerMonitor.isOnBatteryPower(),
  thermal: process.platform === 'darwin' ? powerMonitor.getCurrentThermalState() : 'unknown',
  // macOS calls only those pages free that nobody ever used.
  freeBytes: process.platform === 'darwin' ? null : freemem(),
})
