/** How hot a Linux computer is: its sensors say themselves from when on they are in danger (Documentation/hwmon/sysfs-interface.rst of the kernel). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ComputerState } from './reading/strain'

type Thermal = ComputerState['thermal']

/** What a sensor measures, and what it must not come to, degrees Celsius. */
export interface Sensor {
  readonly now: number
  readonly critical: number
}

/** So near to danger it is hot; a processor at work slows itself down a little before. And so far again it is no more, degrees. */
const margins = { critical: 2, serious: 6, over: 12 } as const

/** @param before what it was until now, so that what hardly changes is not turned back and forth */
export function thermalOf(sensors: readonly Sensor[], before: Thermal): Thermal {
  if (sensors.length === 0) return 'unknown'
  const left = Math.min(...sensors.map(({ now, critical }) => critical - now))
  if (left <= margins.critical) return 'critical'
  const wasHot = before === 'serious' || before === 'critical'
  return left <= (wasHot ? margins.over : margins.serious) ? 'serious' : 'nominal'
}

/** Sensors that tell both; what cannot be read is left out. @param folder where the kernel shows them */
export async function readSensors(folder = '/sys/class/hwmon'): Promise<readonly Sensor[]> {
  const chips = await names(folder)
  const sensors = await Promise.all(chips.map(async (chip) => {
    const files = (await names(join(folder, chip))).filter((name) => /^temp\d+_input$/u.test(name))
    return Promise.all(files.map((name) => readSensor(join(folder, chip, name))))
  }))
  return sensors.flat().filter((sensor) => sensor !== null)
}

async function readSensor(input: string): Promise<Sensor | null> {
  const [now, critical] = await Promise.all([input, input.replace(/input$/u, 'crit')].map(degrees))
  return now === undefined || critical === undefined || critical <= 0 ? null : { now, critical }
}

/** Files have thousandths. */
async function degrees(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const found = Number.parseInt(text, 10)
  return Number.isNaN(found) ? undefined : found / 1_000
}

const names = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => [])
