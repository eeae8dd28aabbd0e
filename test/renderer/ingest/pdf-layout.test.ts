import { describe, expect, test } from 'vitest'
import { blockText, parsePdf } from '../../support/pdf'
import type { PdfPage } from '../../support/pdf-writer'
import { draw, drawLines, lamAlef, writePdf } from '../../support/pdf-writer'

const textOf = async (...pages: readonly (PdfPage | string)[]): Promise<readonly string[]> =>
  (await parsePdf(writePdf({ pages: pages.map((page) => typeof page === 'string' ? { content: page } : page) }))).units.map((unit) => unit.text)

const first = async (content: string): Promise<string> => (await textOf(content))[0] ?? ''

const left = ['The keeper of the north', 'light wrote in his book', 'each evening what he had', 'seen from the gallery of', 'the tower, and how many', 'ships had passed by.']
const right = ['In winter he often wrote', 'of nothing but fog. The', 'bell was rung by hand on', 'such nights, one stroke', 'for every minute that the', 'fog lay over the bay.']
const prose = 'The keeper of the north light wrote in his book each evening what he had seen from the gallery of the tower, and how many ships had passed by.'
const more = 'In winter he often wrote of nothing but fog. The bell was rung by hand on such nights, one stroke for every minute that the fog lay over the bay.'
const row = (y: number, cells: readonly [number, string][]): string => cells.map(([x, text]) => draw(x, y, text)).join('')

describe('columns', () => {
  test('drawn one after the other are read one after the other', async () => {
    expect(await first(drawLines(40, 500, left) + drawLines(220, 500, right))).toBe(`${prose}\n\n${more}`)
  })

  test('drawn row by row are read one after the other too', async () => {
    expect(await first(left.map((line, index) => row(500 - 14 * index, [[40, line], [220, right[index] ?? '']])).join(''))).toBe(`${prose}\n\n${more}`)
  })

  test('whose lines stand at different heights are told apart', async () => {
    expect(await first(drawLines(40, 500, left) + drawLines(220, 493, right))).toBe(`${prose}\n\n${more}`)
  })

  test('drawn right before left are read from the left', async () => {
    expect(await first(drawLines(220, 500, right) + drawLines(40, 500, left))).toBe(`${prose}\n\n${more}`)
  })

  test('three of them are read in turn', async () => {
    const third = ['A third man came in May', 'and brought new oil and', 'wicks for the great lamp', 'of the tower.']
    const text = await first(drawLines(30, 500, left, 9) + drawLines(165, 500, right, 9) + drawLines(300, 500, third, 9))
    expect(text).toBe(`${prose}\n\n${more}\n\n${third.join(' ')}`)
  })

  test('under a line over all columns start anew', async () => {
    const heading = draw(40, 400, 'What the second book of the keeper tells of the great storm', 14, 'F1')
    const text = await first(drawLines(40, 520, left) + drawLines(220, 520, right) + heading + drawLines(40, 370, right) + drawLines(220, 370, left))
    const at = [text.indexOf(prose), text.indexOf(more), text.indexOf('What the second book'), text.lastIndexOf(more), text.lastIndexOf(prose)]
    expect(at.every((each) => each >= 0)).toBe(true)
    expect([...at].sort((a, b) => a - b)).toEqual(at)
  })

  test('a paragraph that goes on in the next column is one block', async () => {
    const document = await parsePdf(writePdf({ pages: [{ content: drawLines(40, 500, [...left.slice(0, 5), 'ships had passed by the']) + drawLines(220, 500, ['rocks of the outer bay in', ...right.slice(1)]) }] }))
    expect(document.blocks.map((block) => blockText(document, block))[0]).toContain('ships had passed by the rocks of the outer bay')
  })
})

describe('rows', () => {
  const table: readonly (readonly [string, string])[] = [['Height of tower', '41 m'], ['First lit', '1874'], ['Range of light', '21 miles'], ['Steps', '199']]

  test('of a table drawn row by row stay rows', async () => {
    const text = await first(table.map(([name, value], index) => row(500 - 20 * index, [[40, name], [240, value]])).join(''))
    expect(text).toBe('Height of tower\t41 m\nFirst lit\t1874\nRange of light\t21 miles\nSteps\t199')
  })

  test('of a table drawn column by column are put together', async () => {
    const column = (x: number, at: 0 | 1): string => table.map((cells, index) => draw(x, 500 - 20 * index, cells[at])).join('')
    expect(await first(column(40, 0) + column(240, 1))).toBe('Height of tower\t41 m\nFirst lit\t1874\nRange of light\t21 miles\nSteps\t199')
  })

  test('of a table are blocks of their own', async () => {
    const document = await parsePdf(writePdf({ pages: [{ content: table.map(([name, value], index) => row(500 - 20 * index, [[40, name], [240, value]])).join('') }] }))
    expect(document.blocks.map((block) => block.kind)).toEqual(['table-row', 'table-row', 'table-row', 'table-row'])
  })
})

describe('order', () => {
  test('of drawing does not decide: a foot drawn first comes last', async () => {
    expect(await first(draw(40, 100, 'The end of the page.') + drawLines(40, 500, left))).toBe(`${prose}\n\nThe end of the page.`)
  })

  test('words of a line drawn in any order are put in order', async () => {
    expect(await first(draw(150, 500, 'third word') + draw(40, 500, 'First and') + draw(93, 500, 'second, then'))).toBe('First and second, then third word')
  })
})

describe('turned pages', () => {
  test('text turned by its matrix on a page turned back is read like any other', async () => {
    const content = left.map((line, index) => draw(100 + 14 * index, 40, line, 11, 'F2', '0 1 -1 0')).join('')
    const document = await parsePdf(writePdf({ pages: [{ content, width: 420, height: 595, rotate: 90 }] }))
    expect(document.units[0]).toMatchObject({ text: prose, rotation: 90, width: 420, height: 595 })
  })

  test('a note turned up the margin follows the text', async () => {
    expect(await first(draw(25, 200, 'Printed at the harbour press', 8, 'F2', '0 1 -1 0') + drawLines(60, 500, left))).toBe(`${prose}\n\nPrinted at the harbour press`)
  })

  test('an upside-down page is read from its own top', async () => {
    const content = left.map((line, index) => draw(380, 100 + 14 * index, line, 11, 'F2', '-1 0 0 -1')).join('')
    expect(await textOf({ content, rotate: 180 })).toEqual([prose])
  })
})

describe('the crop box', () => {
  test('is where boxes are measured from, and text outside it is not on the page', async () => {
    const content = draw(150, 400, 'Inside the box.') + draw(10, 560, 'Outside of it.')
    const document = await parsePdf(writePdf({ pages: [{ content, cropBox: [100, 50, 400, 500] }] }))
    const [start = -1, end = -1, x = 0, y = 0, width = 0, height = 0] = document.units[0]?.runs ?? []
    expect(document.units[0]).toMatchObject({ text: 'Inside the box.', width: 300, height: 450 })
    expect([start, end]).toEqual([0, 15])
    expect(x).toBeCloseTo(50, 3)
    expect(y).toBeLessThan(100)
    expect(y + height).toBeGreaterThan(100)
    expect(width).toBeGreaterThan(60)
  })
})

describe('vertical text', () => {
  const columns = ['雨の朝に古い港の市が', '開かれて人々が集まり', '魚と塩と縄を商った。']

  test('is read by columns from the right', async () => {
    expect(await first(columns.map((column, index) => draw(300 - 30 * index, 540, column, 16, 'V')).join(''))).toBe(columns.join(''))
  })

  test('leaves out the small kana beside the characters', async () => {
    const ruby = draw(316, 540, 'あめ', 7, 'V') + draw(286, 540, 'ひら', 7, 'V')
    expect(await first(columns.map((column, index) => draw(300 - 30 * index, 540, column, 16, 'V')).join('') + ruby)).toBe(columns.join(''))
  })

  test('gives runs that go down', async () => {
    const document = await parsePdf(writePdf({ pages: [{ content: draw(300, 540, columns[0] ?? '', 16, 'V') }] }))
    const [, , x = 0, y = 0, width = 0, height = 0, direction = 0] = document.units[0]?.runs ?? []
    expect([x, y, width, height, direction]).toEqual([292, 55, 16, 160, 2])
  })
})

describe('letter-spaced lines', () => {
  test('have their words apart, however narrow the blank between them', async () => {
    expect(await first('BT /F4 16 Tf 2 Tc 40 300 Td (THE OLD HARBOUR) Tj ET\n')).toBe('THE OLD HARBOUR')
  })
})

describe('right-to-left lines', () => {
  const visual = (text: string): string => [...text].reverse().join('')

  test('drawn in screen order are read in reading order, numbers and Latin words unturned', async () => {
    const line = `${visual('ליטר')} 350 ${visual('של')} Aqua ${visual('מיכל')}`
    expect(await first(draw(100, 500, line, 12, 'U'))).toBe('מיכל Aqua של 350 ליטר')
  })

  test('drawn word by word are put in order from the right', async () => {
    const words = ['שלום', 'רב', 'לכם']
    expect(await first(words.map((word, index) => draw(300 - 60 * index, 500, visual(word), 12, 'U')).join(''))).toBe('שלום רב לכם')
  })

  test('keep the order of two letters that share a glyph', async () => {
    expect(await first(draw(100, 500, visual(`س${lamAlef}م`), 12, 'U'))).toBe('سلام')
    expect(await first(draw(100, 500, `350 ${visual(`س${lamAlef}م`)} Aqua ${visual(`ك${lamAlef}م`)}`, 12, 'U'))).toBe('كلام Aqua سلام 350')
  })

  test('stored in reading order are not turned round', async () => {
    expect(await first(draw(100, 500, 'שלום לכם', 12, 'U'))).toBe('שלום לכם')
    expect(await first(draw(100, 500, 'שלום לכם בשנת 1950 ליד הים', 12, 'U'))).toBe('שלום לכם בשנת 1950 ליד הים')
  })

  test('have brackets that open before they close', async () => {
    expect(await first(draw(100, 500, visual('ביום )שני שבוע( ליד'), 12, 'U'))).toBe('ביום (שני שבוע) ליד')
  })
})
