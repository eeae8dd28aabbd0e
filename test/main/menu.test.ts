import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { menuCommands } from '../../src-main/contract/events'
import { menuTemplate } from '../../src-main/menu'

vi.mock('electron', () => ({ Menu: {} }))

const flatten = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])])
const itemsOn = (platform: NodeJS.Platform, packaged = false) => flatten(menuTemplate({ platform, packaged, command: () => undefined }))

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  it('has every command once, each with a name', () => {
    const ids = itemsOn(platform).flatMap((item) => (item.id === undefined ? [] : [item.id]))
    expect([...ids].sort()).toEqual([...menuCommands].sort())
  })

  it('gives no shortcut twice', () => {
    const accelerators = itemsOn(platform).flatMap((item) => (item.accelerator === undefined ? [] : [item.accelerator]))
    expect(new Set(accelerators).size).toBe(accelerators.length)
    expect(accelerators).toEqual(expect.arrayContaining(['CmdOrCtrl+O', 'CmdOrCtrl+K', 'CmdOrCtrl+F', 'CmdOrCtrl+Shift+F', 'CmdOrCtrl+L', 'F6']))
  })

  it('opens developer tools only where the app is not packaged', () => {
    expect(itemsOn(platform, false).some((item) => item.role === 'toggleDevTools')).toBe(true)
    expect(itemsOn(platform, true).some((item) => item.role === 'toggleDevTools')).toBe(false)
  })
})

it('tells the command that was chosen', () => {
  const command = vi.fn()
  const find = flatten(menuTemplate({ platform: 'linux', packaged: true, command })).find((item) => item.id === 'find')
  find?.click?.({} as never, undefined, {})
  expect(command).toHaveBeenCalledExactlyOnceWith('find')
})
