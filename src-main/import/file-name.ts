const charactersMax = 200
/** Control characters, marks that turn the direction of text, and separators of paths and lines. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff/\\]/gu

/**
 * A file's name as it can be shown: what could hide its ending, break a line or look like a path is gone, and it is at most 200
 * characters long with its extension kept. Never used to open anything.
 */
export function displayName(name: string): string {
  const clean = name.normalize('NFC').replace(unsafe, ' ').replace(/\s+/gu, ' ').trim()
  if (clean === '' || /^\.+$/.test(clean)) return 'untitled'
  const characters = Array.from(clean)
  if (characters.length <= charactersMax) return clean
  const extension = /\.[\p{L}\p{N}]{1,8}$/u.exec(clean)?.[0] ?? ''
  return `${characters.slice(0, charactersMax - extension.length - 1).join('')}…${extension}`
}
