import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSensors, thermalOf } from '../../src-main/linux-heat'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-hwmon-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('readSensors', () => {
  it('takes what tells its temperature and when that is critical, as the kernel shows them', async () => {
    const chip = (name: string, files: Readonly<Record<string, string>>): void => {
      mkdirSync(join(folder, 'devices', name), { recursive: true })
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'devices', name, file), text)
      mkdirSync(join(folder, 'hwmon'), { recursive: true })
      symlinkSync(join(folder, 'devices', name), join(folder, 'hwmon', name))
    }
    chip('hwmon0', { name: 'coretemp\n', temp1_input: '61000\n', temp1_crit: '100000\n', temp2_input: '58500\n', temp2_crit: '100000\n', temp2_crit_alarm: '0\n' })
    chip('hwmon1', { name: 'k10temp\n', temp1_input: '70000\n' })
    chip('hwmon2', { name: 'acpitz\n', temp1_input: '\n', temp1_crit: '128000\n', temp2_input: '40000\n', temp2_crit: '-273150\n', in0_input: '12000\n' })
    expect(await readSensors(join(folder, 'hwmon'))).toEqual([{ now: 61, critical: 100 }, { now: 58.5, critical: 100 }])
    expect(await readSensors(join(folder, 'nothing'))).toEqual([])
  })
})

describe('thermalOf', () => {
  it('is that of the sensor that is nearest to danger', () => {
    expect(thermalOf([], 'nominal')).toBe('unknown')
    expect(thermalOf([{ now: 61, critical: 100 }, { now: 90, critical: 128 }], 'unknown')).toBe('nominal')
    expect(thermalOf([{ now: 61, critical: 100 }, { now: 79, critical: 85 }], 'unknown')).toBe('serious')
    expect(thermalOf([{ now: 98, critical: 100 }], 'nominal')).toBe('critical')
  })

  it('stays hot until it has cooled down for good', () => {
    const at = (now: number, before: 'nominal' | 'serious'): string => thermalOf([{ now, critical: 100 }], before)
    expect([at(92, 'nominal'), at(94, 'nominal'), at(92, 'serious'), at(89, 'serious'), at(87, 'serious')])
      .toEqual(['nominal', 'serious', 'serious', 'serious', 'nominal'])
  })
})
