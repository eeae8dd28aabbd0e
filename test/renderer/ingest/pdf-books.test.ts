import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ParsedDocument } from '../../../src-main/contract/document'
import type { BookName } from '../../support/books'
import { bookPath } from '../../support/books'
import { parsePdf } from '../../support/pdf'

const read = async (name: BookName): Promise<ParsedDocument> => parsePdf(readFileSync(await bookPath(name)))
const all = (document: ParsedDocument): string => document.units.map((unit) => unit.text).join('\n\f')
const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length
const presentation = /[\ufb00-\ufdff\ufe70-\ufefc]/g

/** Every run lies within its page's text and, nearly, within its page. */
function strayRuns(document: ParsedDocument): number {
  let stray = 0
  for (const { runs, text, width, height } of document.units) {
    for (let at = 0; at < runs.length; at += 7) {
      const [start = 0, end = 0, x = 0, y = 0, wide = 0, high = 0] = runs.subarray(at, at + 7)
      if (start >= end || end > text.length || x < -20 || y < -20 || x + wide > width + 20 || y + high > height + 20) stray += 1
    }
  }
  return stray
}

describe('an English manual', () => {
  let document: ParsedDocument
  beforeAll(async () => {
    document = await read('bash')
  })

  test('has its outline, its printed page numbers and its heading paths', () => {
    expect(document).toMatchObject({ title: 'Bash Reference Manual', notices: [] })
    expect(document.outline).toHaveLength(141)
    expect(document.units.slice(2, 10).map((unit) => unit.label)).toEqual(['i', 'ii', 'iii', 'iv', '1', '2', '3', '4'])
    expect(document.units[195]?.label).toBe('190')
    const paths = new Set(document.blocks.map((block) => block.path.join(' > ')))
    expect(paths).toContain('3 Basic Shell Features > 3.1 Shell Syntax > 3.1.2 Quoting > 3.1.2.3 Double Quotes')
    const headings = document.blocks.filter((block) => block.kind === 'heading').length
    expect(headings).toBeGreaterThan(135)
    expect(headings).toBeLessThan(170)
  })

  test('has its running heads apart from the text', () => {
    expect(document.units.filter((unit) => /Chapter \d+: |Appendix [A-D]: /.test(unit.furniture)).length).toBeGreaterThan(150)
    expect(document.units.filter((unit) => /Chapter \d+: [A-Z][\w ]+\s\d+/.test(unit.text)).length).toBe(0)
  })

  test('has the two columns of its index one after the other', () => {
    const text = document.units[189]?.text ?? ''
    expect(text.indexOf('active-region-start-color')).toBeLessThan(text.indexOf('BASH_ALIASES'))
    expect(text.indexOf('BASH_ALIASES')).toBeLessThan(text.indexOf('COMP_CWORD'))
  })

  test('has hardly a word left that a line end cuts', () => {
    expect(count(all(document), /\p{Ll}- \p{Ll}/gu)).toBeLessThan(25)
    expect(all(document)).toContain('independently-supported ports exist')
    expect(all(document)).not.toContain('shellsyntax')
  })

  test('has runs that lie within text and page', () => {
    expect(strayRuns(document)).toBe(0)
  })
})

describe('a German book', () => {
  let text = ''
  let document: ParsedDocument
  beforeAll(async () => {
    document = await read('german')
    text = all(document)
  })

  test('has the words that its lines cut in one piece', () => {
    for (const word of ['Paketwarnungen', 'Voreinstellungen', 'Anführungszeichen', 'Grundsprache', 'Verschachtlungsgrad', 'Zitatdesign']) expect(text).toContain(word)
    expect(count(text, /\p{Ll}- (?!und|oder|bzw)\p{Ll}/gu)).toBeLessThan(12)
    expect(text).toContain('babel- oder polyglossia-Paket')
    expect(count(text, presentation)).toBe(0)
  })
})

describe('a Japanese book whose fonts are not in the file', () => {
  let document: ParsedDocument
  beforeAll(async () => {
    document = await read('japanese')
  })

  test('has its kana from the first page on', () => {
    expect((document.units[0]?.text ?? '').split('\n').filter((line) => /[\u3040-\u30ff\u4e00-\u9fff]/.test(line)).length).toBeGreaterThan(1)
    expect(count(all(document), /[\u3040-\u30ff]/g)).toBeGreaterThan(20_000)
  })

  test('has no blanks in its sentences where lines end', () => {
    expect(all(document)).toContain('大文字小文字の区別があり，次に示す二つの形式を採ります．')
    expect(count(all(document), /[\u3041-\u30ff\u4e00-\u9fff] [\u3041-\u30ff\u4e00-\u9fff]/g)).toBeLessThan(600)
  })

  test('has its page labels and outline', () => {
    expect(document.units.slice(0, 3).map((unit) => unit.label)).toEqual(['i', 'ii', 'iii'])
    expect(document.outline.length).toBeGreaterThan(80)
  })
})

describe('a Chinese book', () => {
  let document: ParsedDocument
  beforeAll(async () => {
    document = await read('chinese')
  })

  test('has its sentences without blanks, over line ends too', () => {
    const text = all(document)
    expect(text).toContain('一篇结构化的、条理清晰文档一定是层次分明的，通过不同的命令分割为章、节、小节。')
    expect(count(text, /宏包/g)).toBeGreaterThanOrEqual(100)
    expect(document.units.filter((unit) => unit.problem !== null)).toEqual([])
  })

  test('has its headings by the outline', () => {
    expect(document.blocks.some((block) => block.path.join(' > ') === '第三章 文档元素 > 3.1 章节和目录 > 3.1.1 章节标题')).toBe(true)
  })
})

describe('a Persian book', () => {
  let text = ''
  let document: ParsedDocument
  beforeAll(async () => {
    document = await read('persian')
    text = all(document)
  })

  test('has letters in place of letter shapes, and its words in order', () => {
    expect(count(text, presentation)).toBeLessThan(20)
    expect(text).toContain('توجه داشته باشید که این کار را در')
    expect(text).toContain('فلسفه و تاریخچۀ LATEX 2ε اختصاص دارد')
  })

  test('has brackets that open before they close', () => {
    const open = count(text, /[\u0600-\u06ff] ?\([\u0600-\u06ff]/g)
    const turned = count(text, /[\u0600-\u06ff] ?\)[\u0620-\u064a]/g)
    expect(open).toBeGreaterThan(10)
    expect(turned).toBeLessThan(0.2 * open)
  })

  test('has its page labels', () => {
    expect(document.units.slice(0, 3).map((unit) => unit.label)).toEqual(['آ', 'ب', 'پ'])
  })
})
