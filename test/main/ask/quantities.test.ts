import { describe, expect, it } from 'vitest'
import { quantitiesIn, quantitiesStand } from '../../../src-main/ask/quantities'

it.each([
  ['1,234.5 tonnes in 1976, 60,000 snails', [['12345', null], ['1976', null], ['60000', null]]],
  ['٣٤ grams', [['34', null]]],
  ['below 0 °C (32 °F), −5℃ and 90°F', [['0', '°C'], ['32', '°F'], ['5', '°C'], ['90', '°F']]],
  ['12 km (7.5 miles), 3-foot, 40 per cent, 40 %', [['12', 'km'], ['75', 'mi'], ['3', 'ft'], ['40', '%'], ['40', '%']]],
  ['12 months and 5 minutes in 3 mills', [['12', null], ['5', null], ['3', null]]],
  ['80 km/h, 100 Kilometer, 20 Grad Celsius', [['80', 'km/h'], ['100', 'km'], ['20', '°C']]],
  ['none', []],
])('quantities of %s', (text, quantities) => {
  expect(quantitiesIn(text).map(({ number, unit }) => [number, unit])).toEqual(quantities)
})

describe('a quantity', () => {
  const stands = (stated: string, known: string): boolean => quantitiesStand(quantitiesIn(stated), quantitiesIn(known))

  it('stands where its number does, with its unit or with none that is known', () => {
    expect(stands('It was 32 °C.', 'On most days 32 °C (90 °F).')).toBe(true)
    expect(stands('32 kilometres', 'The 32km road')).toBe(true)
    expect(stands('It was 32 °C.', 'Degrees Celsius: 30, 31, 32.')).toBe(true)
    expect(stands('It was 32.', 'It was 32 °C.')).toBe(true)
  })

  it('does not where the number counts something else', () => {
    expect(stands('It was 32 °C.', 'below 0 °C (32 °F)')).toBe(false)
    expect(stands('51 miles long', '32 miles (51 km) long')).toBe(false)
    expect(stands('It was 33 °C.', 'It was 32 °C.')).toBe(false)
  })
})
