export type Platform = 'mac' | 'other'

/** A shortcut in words: modifiers `mod` (Command or Ctrl), `shift`, `alt`, then the key as `KeyboardEvent.key` in lower case. */
export type Shortcut = string

interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export const platformOf = (userAgent: string): Platform => (/Mac/.test(userAgent) ? 'mac' : 'other')

export function matches(shortcut: Shortcut, press: KeyPress, platform: Platform): boolean {
  const parts = shortcut.split('+')
  const key = parts.at(-1)
  const mod = platform === 'mac' ? press.metaKey : press.ctrlKey
  const other = platform === 'mac' ? press.ctrlKey : press.metaKey
  const pressed = press.key.toLowerCase()
  const same = pressed === key || (key === 'plus' && (pressed === '+' || pressed === '='))
  // A plus sign is typed with Shift on many keyboards.
  const shift = key === 'plus' || press.shiftKey === parts.includes('shift')
  return same && !other && mod === parts.includes('mod') && press.altKey === parts.includes('alt') && shift
}

const macSigns: Readonly<Record<string, string>> = { mod: '⌘', shift: '⇧', alt: '⌥', escape: 'esc', plus: '+', backspace: '⌫' }
const otherNames: Readonly<Record<string, string>> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', escape: 'Esc', plus: '+', backspace: 'Backspace' }

/** As the platform writes it: ⇧⌘F, or Ctrl+Shift+F. */
export function shortcutText(shortcut: Shortcut, platform: Platform): string {
  const parts = shortcut.split('+')
  const keyText = (part: string): string => (part.length === 1 ? part.toUpperCase() : part.replace(/^./, (first) => first.toUpperCase()))
  if (platform === 'mac') {
    const order = ['alt', 'shift', 'mod']
    const signs = order.filter((modifier) => parts.includes(modifier)).map((modifier) => macSigns[modifier] ?? '')
    const key = parts.at(-1) ?? ''
    return `${signs.join('')}${macSigns[key] ?? keyText(key)}`
  }
  return parts.map((part) => otherNames[part] ?? keyText(part)).join('+')
}

export const thisPlatform: Platform = typeof navigator === 'undefined' ? 'other' : platformOf(navigator.userAgent)
