import { letters, lettersOf16, numbers, numbersOf16 } from './character-runs'

/** What splitting a text into words needs to know of a character; the classes exclude each other. */
export const characterClass = { letter: 1, number: 2, space: 3, other: 4 } as const
export type CharacterClass = (typeof characterClass)[keyof typeof characterClass]
export type UnicodeVersion = '15.1' | '16.0'

/** White_Space of the Unicode Character Database, the same since version 6.3: first and last code points. */
const spaces = [
  [0x09, 0x0d], [0x20, 0x20], [0x85, 0x85], [0xa0, 0xa0], [0x1680, 0x1680],
  [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000],
] as const

const tables = new Map<UnicodeVersion, Uint8Array>()

/** The class of each code point up to U+10FFFF, made at the first call; surrogates are `other`. */
export function classesOf(version: UnicodeVersion): Uint8Array {
  const known = tables.get(version)
  if (known !== undefined) return known
  const table = new Uint8Array(0x110000).fill(characterClass.other)
  fillRuns(table, letters, characterClass.letter)
  fillRuns(table, numbers, characterClass.number)
  if (version === '16.0') {
    fillRuns(table, lettersOf16, characterClass.letter)
    fillRuns(table, numbersOf16, characterClass.number)
  }
  for (const [first, last] of spaces) table.fill(characterClass.space, first, last + 1)
  tables.set(version, table)
  return table
}

function fillRuns(table: Uint8Array, runs: string, value: CharacterClass): void {
  let at = 0
  for (const run of runs.split(' ')) {
    const [gap = '', longer = '0'] = run.split('.')
    const first = at + parseInt(gap, 36)
    at = first + parseInt(longer, 36) + 1
    table.fill(value, first, at)
  }
}
