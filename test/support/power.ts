import type { RunningApp } from './app'
import { writeSettings } from './app-settings'

/** As far as the app can tell, the computer runs on its battery from now on, or is plugged in. It looks at once, as after every change of a setting. */
export async function setOnBattery(app: RunningApp, isOnBattery: boolean): Promise<void> {
  await app.electron.evaluate(async ({ powerMonitor }, answer) => { powerMonitor.isOnBatteryPower = () => answer }, isOnBattery)
  await writeSettings(app, {})
}
