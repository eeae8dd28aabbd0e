import { describe, expect, test } from 'vitest'
import { plainText } from '../../../src-renderer/ingest/pdf/characters'
import { saneTitle } from '../../../src-renderer/ingest/pdf/details'
import { printedLabels } from '../../../src-renderer/ingest/pdf/labels'
import { isGarbled, isNoise } from '../../../src-renderer/ingest/pdf/quality'
import { untracked } from '../../../src-renderer/ingest/pdf/tracking'

describe('letters', () => {
  test.each([
    ['ligatures are undone', 'oﬃce ﬁles ﬂow', 'office files flow'],
    ['Arabic letter shapes become letters', 'ﻛﺘﺎﺏ', 'كتاب'],
    ['vertical punctuation stands upright', '山の水︒', '山の水。'],
    ['mathematical letters stay', '𝐸=𝑚𝑐𝟐', '𝐸=𝑚𝑐𝟐'],
    ['full-width letters stay', 'ＡＢＣ', 'ＡＢＣ'],
    ['blanks of every width are blanks', 'a\u00a0b\u2009c\u3000d', 'a b c d'],
    ['direction marks go, the joiner of Persian stays', '\u202bمی\u200cخواهم\u202c', 'می\u200cخواهم'],
    ['half a surrogate pair is no letter', 'a\ud800b', 'a\ufffdb'],
    ['bullets of Symbol are bullets', '\uf0b7 one', '• one'],
  ])('%s', (_name, raw, plain) => {
    expect(plainText(raw)).toBe(plain)
  })
})

describe('letter-spaced words', () => {
  test('are words again', () => {
    expect(untracked('H A R B O U R', 105.76, 16)).toBe('HARBOUR')
  })

  test.each([
    ['letters among words', 'Options a b c d are marked', 130, 12],
    ['a row of the alphabet', 'A B C D E F', 90, 12],
    ['two or three letters', 'a b c', 30, 12],
  ] as const)('%s stay apart', (_name, text, width, size) => {
    expect(untracked(text, width, size)).toBe(text)
  })
})

describe('bad text', () => {
  const shifted = (text: string): string => text.replace(/[a-z]/gi, (letter) => {
    const base = letter < 'a' ? 65 : 97
    return String.fromCharCode((letter.charCodeAt(0) - base + 3) % 26 + base)
  })
  const prose = 'The keeper of the light closes the door quickly and walks home through the hay every evening of the year'

  test('codes in place of letters are seen by their control characters', () => {
    expect(isGarbled(['4XLFN\u000f\u0003FORVH\u0003WKH\u0003GRRU\u0003WR\u0003WKH\u0003KDOO'])).toBe(true)
  })

  test('private-use characters and U+FFFD are no text', () => {
    expect(isGarbled(['\ue001\ue002\ue003\ue004 \ue005\ue006\ue007\ue008\ue009'])).toBe(true)
    expect(isGarbled(['\ufffd\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd\ufffd'])).toBe(true)
  })

  test('shifted letters are seen without any odd character', () => {
    expect(isGarbled([shifted(prose)])).toBe(true)
  })

  test('Cyrillic read as Western letters is no text', () => {
    expect(isGarbled(['Ïðèâåò êàê äåëà ñåãîäíÿ âå÷åðîì â íàøåì ãîðîäå íà ðåêå', 'ìû èäåì äîìîé'])).toBe(true)
  })

  test.each([
    ['English', prose],
    ['German', 'Schlängelndes Strauchwerk überwächst den Pfad zum Schloss am Fluss, sprach der Förster'],
    ['Polish', 'Źdźbła trawy przy chrząszczu w Szczebrzeszynie brzmią w trzcinie, powiedział strażnik'],
    ['Czech', 'Strč prst skrz krk, řekl mlynář a zavřel dveře domu na břehu řeky, kde stál starý mlýn'],
    ['Vietnamese', 'Người giữ hải đăng đóng cửa và đi về nhà mỗi buổi tối trong suốt cả năm dài'],
    ['a program', 'for (let index = 0; index < list.length; index += 1) { sum += list[index] ?? 0 }'],
    ['figures', '0x7f 0xff 1,234.5 22.1 99.7 1998 2004 12 % 4.4 (3.1) 77 88 99 100 101 102'],
    ['Russian', 'Смотритель маяка каждый вечер закрывает дверь и идёт домой по берегу'],
  ])('%s is text', (_language, text) => {
    expect(isGarbled([text])).toBe(false)
  })

  test('a table of signs that cannot be read does not spoil its page', () => {
    expect(isGarbled([prose, prose, '\u0001 \u0002 \u0003 \u0004'])).toBe(false)
    expect(isNoise('\u0001 \u0002 \u0003 \\alpha')).toBe(false)
    expect(isNoise('\u0001 \u0002 \u0003 \u0004 a')).toBe(true)
  })
})

describe('titles', () => {
  test.each([['Bash Reference Manual', 'Bash Reference Manual'], ['Microsoft Word - Annual report', 'Annual report'], ['Microsoft Word - report.doc', null], ['untitled', null], ['thesis.dvi', null], ['  ', null], ['123', null], [undefined, null]])('%s: %s', (value, title) => {
    expect(saneTitle(value)).toBe(title)
  })
})

describe('printed page numbers', () => {
  test('are read from running lines, front matter in roman figures', () => {
    expect(printedLabels(['', 'i', 'ii', 'iii', '1', 'Chapter 1: Beginnings\t2', '3', '4 The North Light', ''])).toEqual([null, 'i', 'ii', 'iii', '1', '2', '3', '4', null])
  })

  test('are counted through pages that print none', () => {
    expect(printedLabels(['10', '11', '', '13', '14'])).toEqual(['10', '11', '12', '13', '14'])
  })

  test('are left alone where figures do not go up with the pages', () => {
    expect(printedLabels(['Volume 12', 'Volume 12', 'Volume 12', 'Volume 12'])).toEqual([null, null, null, null])
    expect(printedLabels(['1', '', ''])).toEqual([null, null, null])
  })
})
