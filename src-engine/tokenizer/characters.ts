/** What splitting a text into words needs to know of a character; the classes exclude each other. */
export const characterClass = { letter: 1, number: 2, space: 3, other: 4 } as const
export type CharacterClass = (typeof characterClass)[keyof typeof characterClass]

const letters = /^\p{L}$/u
const numbers = /^\p{N}$/u
const spaces = /^\p{White_Space}$/u

/** Filled as characters are met; 0 is not met yet. */
const classes = new Uint8Array(0x110000)

/** The class of a code point up to U+10FFFF; surrogates are `other`. */
export function classOf(point: number): CharacterClass {
  const known = classes[point]
  if (known !== undefined && known !== 0) return known as CharacterClass
  const met = classify(String.fromCodePoint(point))
  classes[point] = met
  return met
}

function classify(character: string): CharacterClass {
  if (letters.test(character)) return characterClass.letter
  if (numbers.test(character)) return characterClass.number
  return spaces.test(character) ? characterClass.space : characterClass.other
}
