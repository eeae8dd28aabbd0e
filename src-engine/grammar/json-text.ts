/** Texts of JSON (RFC 8259) as expressions. All of them are bounded: none can go on for ever. */
import { encodeUtf8 } from '../utf8'
import type { Expression, Expressions } from './expression'

/** Blanks and line breaks between two marks: enough for an indented line. */
const blanksMax = 12
/** Digits of a whole number, and of a fraction: what a double holds exactly. */
const digitsMax = 15
const exponentDigitsMax = 2

export interface JsonTexts {
  readonly blanks: Expression
  /** The texts of JSON for these values. */
  literal(...values: readonly unknown[]): Expression
  /** A string of so many characters. */
  string(least: number, most: number): Expression
  readonly number: Expression
  /** A whole number in a range, both ends among it. */
  integer(least: number, most: number): Expression
  /** These marks. */
  mark(text: string): Expression
}

export const integerMax = 10 ** digitsMax - 1

export function createJsonTexts(all: Expressions): JsonTexts {
  const { oneOf, sequence, either, repeat, optional } = all
  const mark = (text: string): Expression => all.text(encodeUtf8(text))
  const digit = oneOf(byteRange('0', '9'))
  const whole = either(mark('0'), sequence(oneOf(byteRange('1', '9')), repeat(digit, 0, digitsMax - 1)))
  const minus = optional(mark('-'))
  const exponent = sequence(oneOf(byteRange('E', 'E'), byteRange('e', 'e')), optional(oneOf(byteRange('+', '+'), byteRange('-', '-'))), repeat(digit, 1, exponentDigitsMax))
  const character = stringCharacter(all)
  return {
    blanks: repeat(oneOf(byteRange('\t', '\n'), byteRange('\r', '\r'), byteRange(' ', ' ')), 0, blanksMax),
    literal: (...values) => either(...values.map((value) => mark(JSON.stringify(value)))),
    string: (least, most) => sequence(mark('"'), repeat(character, least, most), mark('"')),
    number: sequence(minus, whole, optional(sequence(mark('.'), repeat(digit, 1, digitsMax))), optional(exponent)),
    integer(least, most) {
      const negative = least < 0 ? sequence(mark('-'), between(all, Math.max(1, -most), -least)) : all.nothing
      return either(negative, most >= 0 ? between(all, Math.max(0, least), most) : all.nothing)
    },
    mark,
  }
}

function byteRange(first: string, last: string): readonly [number, number] {
  return [first.charCodeAt(0), last.charCodeAt(0)]
}

/** One character of a string: as itself in well-formed UTF-8 (table 3-7 of the Unicode Standard), or escaped; half a surrogate pair is none. */
function stringCharacter({ oneOf, sequence, either, repeat, text }: Expressions): Expression {
  const tail = oneOf([0x80, 0xbf])
  const hex = oneOf(byteRange('0', '9'), byteRange('A', 'F'), byteRange('a', 'f'))
  const notSurrogate = either(
    sequence(oneOf(byteRange('0', '9'), byteRange('A', 'C'), byteRange('E', 'F'), byteRange('a', 'c'), byteRange('e', 'f')), repeat(hex, 3, 3)),
    sequence(oneOf(byteRange('D', 'D'), byteRange('d', 'd')), oneOf(byteRange('0', '7')), repeat(hex, 2, 2)),
  )
  return either(
    oneOf([0x20, 0x21], [0x23, 0x5b], [0x5d, 0x7f]),
    sequence(oneOf([0xc2, 0xdf]), tail),
    sequence(oneOf([0xe0, 0xe0]), oneOf([0xa0, 0xbf]), tail),
    sequence(oneOf([0xe1, 0xec], [0xee, 0xef]), tail, tail),
    sequence(oneOf([0xed, 0xed]), oneOf([0x80, 0x9f]), tail),
    sequence(oneOf([0xf0, 0xf0]), oneOf([0x90, 0xbf]), tail, tail),
    sequence(oneOf([0xf1, 0xf3]), tail, tail, tail),
    sequence(oneOf([0xf4, 0xf4]), oneOf([0x80, 0x8f]), tail, tail),
    sequence(text(encodeUtf8('\\')), either(oneOf(...['"', '\\', '/', 'b', 'f', 'n', 'r', 't'].map((letter) => byteRange(letter, letter))), sequence(text(encodeUtf8('u')), notSurrogate))),
  )
}

/** Whole numbers from `least` to `most`, neither below 0, without leading zeros. */
function between(all: Expressions, least: number, most: number): Expression {
  const parts: Expression[] = []
  for (let length = String(least).length; length <= String(most).length; length++) {
    const [low, high] = [Math.max(least, length === 1 ? 0 : 10 ** (length - 1)), Math.min(most, 10 ** length - 1)]
    if (low <= high) parts.push(sameLength(all, String(low), String(high)))
  }
  return all.either(...parts)
}

/** Digits from `low` to `high`, which are as long as one another. */
function sameLength(all: Expressions, low: string, high: string): Expression {
  const { oneOf, sequence, either, repeat } = all
  if (low === '') return all.empty
  if (/^0*$/.test(low) && /^9*$/.test(high)) return repeat(oneOf(byteRange('0', '9')), low.length, low.length)
  const [first, last] = byteRange(low, high)
  const [lowRest, highRest] = [low.slice(1), high.slice(1)]
  const rest = lowRest.length
  if (first === last) return sequence(oneOf([first, first]), sameLength(all, lowRest, highRest))
  return either(
    sequence(oneOf([first, first]), sameLength(all, lowRest, '9'.repeat(rest))),
    first + 1 < last ? sequence(oneOf([first + 1, last - 1]), sameLength(all, '0'.repeat(rest), '9'.repeat(rest))) : all.nothing,
    sequence(oneOf([last, last]), sameLength(all, '0'.repeat(rest), highRest)),
  )
}
