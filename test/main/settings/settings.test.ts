import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../src-main/contract/settings'
import { openSettings, readSettings } from '../../../src-main/settings/settings'

describe('settings', () => {
  it('are the defaults where nothing, or nothing valid, was stored', () => {
    expect(readSettings({})).toEqual(defaultSettings)
    expect(readSettings({ theme: 'pink', libraryWidth: -1, model: 3, window: { x: 1 } })).toEqual(defaultSettings)
  })

  it('lose one value when one is spoiled', () => {
    expect(readSettings({ theme: 'dark', libraryWidth: 'wide' })).toEqual({ ...defaultSettings, theme: 'dark' })
  })

  it('are stored before they count, and told', async () => {
    const stored: Record<string, unknown>[] = []
    const told: string[] = []
    let broken = false
    const library = {
      readSettings: () => Promise.resolve({ dimPages: true }),
      writeSettings: (change: Record<string, unknown>) => (broken ? Promise.reject(new Error('full')) : Promise.resolve(void stored.push(change))),
    }
    const settings = await openSettings(library, ({ theme }) => told.push(theme))
    expect(await settings.write({ theme: 'dark' })).toEqual({ ...defaultSettings, dimPages: true, theme: 'dark' })
    broken = true
    await expect(settings.write({ theme: 'light' })).rejects.toThrow('full')
    expect([settings.read().theme, stored, told]).toEqual(['dark', [{ theme: 'dark' }], ['dark']])
  })
})
