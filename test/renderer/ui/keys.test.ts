import { describe, expect, it } from 'vitest'
import { shortcuts } from '../../../src-renderer/ui/commands'
import { matches, platformOf, shortcutText } from '../../../src-renderer/ui/keys'

const press = (key: string, held: string = '') => ({ key, ctrlKey: held.includes('c'), metaKey: held.includes('m'), shiftKey: held.includes('s'), altKey: held.includes('a') })

describe('shortcuts', () => {
  it('take Command on a Mac and Ctrl elsewhere', () => {
    expect([matches('mod+k', press('k', 'm'), 'mac'), matches('mod+k', press('k', 'c'), 'mac'), matches('mod+k', press('k', 'c'), 'other'), matches('mod+k', press('k', 'm'), 'other')]).toEqual([true, false, true, false])
  })

  it('need exactly the keys that they name', () => {
    expect(matches('mod+f', press('F', 'cs'), 'other')).toBe(false)
    expect(matches('mod+shift+f', press('F', 'cs'), 'other')).toBe(true)
    expect(matches('mod+f', press('f', 'ca'), 'other')).toBe(false)
    expect(matches('f6', press('F6'), 'other')).toBe(true)
    expect(matches('f6', press('F6', 's'), 'other')).toBe(false)
    expect(matches('shift+f6', press('F6', 's'), 'other')).toBe(true)
  })

  it('take a plus sign with or without Shift', () => {
    expect([matches('mod+plus', press('+', 'cs'), 'other'), matches('mod+plus', press('=', 'c'), 'other'), matches('mod+plus', press('-', 'c'), 'other')]).toEqual([true, true, false])
  })

  it('are written in the signs of the platform', () => {
    expect([shortcutText('mod+shift+f', 'mac'), shortcutText('mod+shift+f', 'other'), shortcutText('escape', 'mac'), shortcutText('mod+plus', 'other')]).toEqual(['⇧⌘F', 'Ctrl+Shift+F', 'esc', 'Ctrl++'])
    expect([platformOf('Mozilla/5.0 (Macintosh; Intel Mac OS X)'), platformOf('Mozilla/5.0 (X11; Linux x86_64)')]).toEqual(['mac', 'other'])
  })

  it('are each given once', () => {
    const all = Object.values(shortcuts)
    expect(new Set(all).size).toBe(all.length)
  })
})
