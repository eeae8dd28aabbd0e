import { freemem } from 'node:os'
import { powerMonitor } from 'electron'
import { readSensors, thermalOf } from './linux-heat'
import type { ComputerState } from './reading/strain'

let linuxThermal: ComputerState['thermal'] = 'unknown'

/** How the computer is now; the app has to be ready. On Linux its heat is that of the call before: sensors take their time. */
export function computerState(): ComputerState {
  if (process.platform === 'linux') void readSensors().then((sensors) => { linuxThermal = thermalOf(sensors, linuxThermal) })
  return {
    onBattery: powerMonitor.isOnBatteryPower(),
    thermal: process.platform === 'darwin' ? powerMonitor.getCurrentThermalState() : linuxThermal,
    // macOS calls only those pages free that nobody ever used.
    freeBytes: process.platform === 'darwin' ? null : freemem(),
  }
}
