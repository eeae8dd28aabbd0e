import { fold } from '../text/fold'

/** A number of a text and what it counts, where that is one of the units that texts give side by side: 32 °C and 32 °F are not the same. */
export interface Quantity {
  /** Its digits without marks, so that 1,234 and 1 234 and 1234 are one. */
  readonly number: string
  readonly unit: string | null
}

/** How units are written, folded. */
const units: readonly (readonly [unit: string, written: string])[] = [
  ['°C', '° ?c|degrees celsius|grad celsius'],
  ['°F', '° ?f|degrees fahrenheit|grad fahrenheit'],
  ['%', '%|per ?cent|prozent'],
  ['km/h', 'km/h|kph|kmh'],
  ['mph', 'mph|mi/h|miles per hour'],
  ['km', 'km|kilometers?|kilometres?|kilometern?'],
  ['mi', 'mi|miles?|meilen?'],
  ['m', 'm|meters?|metres?|metern'],
  ['ft', 'ft|feet|foot'],
  ['cm', 'cm|centimeters?|centimetres?|zentimetern?'],
  ['in', 'inch|inches'],
  ['kg', 'kg|kilograms?|kilogramm'],
  ['lb', 'lbs?|pounds?'],
  ['l', 'l|liters?|litres?|litern?'],
  ['gal', 'gal|gallons?'],
]
const numberPattern = String.raw`\d(?:[\d.,'\u00a0\u202f]*\d)?`
const unitPattern = units.map(([, written]) => `(${written})`).join('|')
const quantityPattern = new RegExp(String.raw`(${numberPattern})(?:[\s\u00a0\u202f-]?(?:${unitPattern})(?![\p{L}\p{M}]))?`, 'gu')

export function quantitiesIn(text: string): readonly Quantity[] {
  return Array.from(fold(text).text.matchAll(quantityPattern), ([, number = '', ...found]) => ({
    number: number.replace(/\D/gu, ''),
    unit: units[found.slice(0, units.length).findIndex((each) => each !== undefined)]?.[0] ?? null,
  }))
}

/** Whether each quantity is among those that are known: its number stands there, and not only with other units. */
export function quantitiesStand(stated: readonly Quantity[], known: readonly Quantity[]): boolean {
  return stated.every(({ number, unit }) => {
    const same = known.filter((other) => other.number === number)
    return same.some((other) => unit === null || other.unit === null || other.unit === unit)
  })
}
