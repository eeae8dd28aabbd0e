import { describe, expect, test } from 'vitest'
import type { ParsedDocument } from '../../../src-main/contract/document'
import { blockText, parsePdf } from '../../support/pdf'
import type { PdfFile } from '../../support/pdf-writer'
import { draw, drawLines, drawRow, writePdf } from '../../support/pdf-writer'

const read = (file: PdfFile): Promise<ParsedDocument> => parsePdf(writePdf(file))
const pages = (...contents: readonly string[]): PdfFile => ({ pages: contents.map((content) => ({ content })) })
const blocks = (document: ParsedDocument): readonly string[] => document.blocks.map((block) => blockText(document, block))

const body = (page: number): readonly string[] => [
  [`The first keeper came in ${1800 + page} and lit the lamp with oil`, 'that was brought by boat from the town across the bay.'],
  [`In the year ${1900 + page} the lamp was changed for a gas light, and the`, 'boat came no longer than twice a month to the rock.'],
  [`Nothing is known of ship number ${page}, which was seen in fog near the`, 'reef and never came into port again that winter.'],
  [`A bell of ${page} hundredweight was hung in the tower so that it could`, 'be heard over the bay in the worst of weather.'],
][page % 4] ?? []

const content = (page: number): string => drawLines(40, 500, body(page))

describe('running heads and feet', () => {
  test('are kept apart from the text', async () => {
    const document = await read(pages(...[0, 1, 2, 3].map((page) => draw(40, 565, 'The North Light', 9) + content(page) + draw(200, 25, String(page + 7), 9))))
    expect(document.units.map((unit) => unit.text)).toEqual([0, 1, 2, 3].map((page) => body(page).join(' ')))
    expect(document.units.map((unit) => unit.furniture)).toEqual([7, 8, 9, 10].map((number) => `The North Light\n${number}`))
    expect(document.units.map((unit) => unit.label)).toEqual(['7', '8', '9', '10'])
  })

  test('that change with the chapter are known by their place', async () => {
    const heads = ['Beginnings', 'Beginnings', 'Beginnings', 'Beginnings', 'Storms', 'Beginnings']
    const document = await read(pages(...heads.map((head, page) => draw(40, 565, head, 9) + content(page))))
    expect(document.units.map((unit) => unit.furniture)).toEqual(heads)
  })

  test('of left and right pages may differ', async () => {
    const document = await read(pages(...[0, 1, 2, 3, 4, 5].map((page) => draw(page % 2 === 0 ? 40 : 300, 565, page % 2 === 0 ? 'The North Light' : 'A Chronicle', 9) + content(page))))
    expect(document.units.map((unit) => unit.furniture)).toEqual(['The North Light', 'A Chronicle', 'The North Light', 'A Chronicle', 'The North Light', 'A Chronicle'])
  })

  test('are no running heads on two pages only', async () => {
    const document = await read(pages(...[0, 1].map((page) => draw(40, 565, 'The North Light', 9) + content(page))))
    expect(document.units.map((unit) => unit.furniture)).toEqual(['', ''])
  })

  test('stay text where they stand in the middle of a page', async () => {
    const document = await read(pages(...[0, 1, 2, 3].map((page) => draw(40, 300, 'The North Light', 9) + content(page))))
    expect(document.units.every((unit) => unit.furniture === '' && unit.text.includes('The North Light'))).toBe(true)
  })

  test('never take the only text of a page', async () => {
    const document = await read(pages(...[1, 2, 3, 4].map((page) => draw(40, 560, `Leaf ${page} of the log.`))))
    expect(document.units.map((unit) => unit.text)).toEqual([1, 2, 3, 4].map((page) => `Leaf ${page} of the log.`))
  })
})

describe('paragraphs', () => {
  test('begin at an indent and after a gap', async () => {
    const document = await read(pages(drawLines(40, 500, [...body(0)]) + draw(52, 472.5, 'Then came another one, of whom less') + draw(40, 458.75, 'is known than of the first keeper.') + draw(40, 420, 'He left in May.')))
    expect(blocks(document)).toEqual([body(0).join(' '), 'Then came another one, of whom less is known than of the first keeper.', 'He left in May.'])
  })

  test('go on over the end of a page', async () => {
    const document = await read(pages(
      drawLines(40, 500, ['The first keeper came in the spring and lit the lamp with the oil', 'that was brought by boat from the town across the bay and that the']),
      drawLines(40, 500, ['fishermen had paid for, as they did for all that he needed on the', 'rock in winter.']),
    ))
    expect(document.blocks).toHaveLength(1)
    expect(document.blocks[0]).toMatchObject({ start: { unit: 0, offset: 0 }, end: { unit: 1 }, kind: 'paragraph', paragraph: 1 })
  })

  test('keep the word that the end of a page cuts whole, on the page where it begins', async () => {
    const document = await read(pages(
      drawLines(40, 500, ['The first keeper came in the spring and lit the lamp with the oil', 'that was brought by boat from the town before the late har-']),
      drawLines(40, 500, ['vesting of apples, as it was done every year until the war.']),
    ))
    expect(document.units.map((unit) => unit.text)).toEqual([
      'The first keeper came in the spring and lit the lamp with the oil that was brought by boat from the town before the late harvesting',
      'of apples, as it was done every year until the war.',
    ])
  })

  test('go on over a note at the foot of the page, which stands before them', async () => {
    const document = await read(pages(
      drawLines(40, 500, [...body(0), ...body(1), 'The oil was brought by boat from the town across the bay and the']) + draw(40, 60, '1 So the log of the harbour says.', 8),
      drawLines(40, 500, ['fishermen paid for it, as they did for all that he needed on the', 'rock in winter.']),
    ))
    expect(document.blocks.map((block) => block.kind)).toEqual(['footnote', 'paragraph'])
    expect(blocks(document)[1]).toContain('across the bay and the fishermen paid for it')
  })

  test('that begin with a mark are items of a list', async () => {
    const document = await read(pages(drawLines(40, 500, ['He had to bring:', '• oil for the lamp', '• wicks, which he had to trim', '• a rope.'])))
    expect(document.blocks.map((block) => block.kind)).toEqual(['paragraph', 'list-item', 'list-item', 'list-item'])
  })
})

describe('marks of notes and powers', () => {
  test('the mark of a note does not become part of the word', async () => {
    const document = await read(pages(drawRow(40, 500, [['He used a new method', 11, 0], ['12', 7, 4], [' for the lamp.', 11, 0]])))
    expect(document.units[0]?.text).toBe('He used a new method for the lamp.')
  })

  test('a power does not become part of the number', async () => {
    const document = await read(pages(drawRow(40, 500, [['It sent out 10', 11, 0], ['6', 7, 4], [' rays.', 11, 0]])))
    expect(document.units[0]?.text).toBe('It sent out 10⁶ rays.')
  })
})

describe('text drawn twice to look bold', () => {
  test('counts once, line by line', async () => {
    const document = await read(pages(draw(40, 500, 'Closing hours') + draw(40.3, 500, 'Closing hours')))
    expect(document.units[0]?.text).toBe('Closing hours')
  })

  test('counts once, letter by letter', async () => {
    let x = 40
    let letters = ''
    for (const [letter, width] of [['C', 7.3], ['l', 3.1], ['o', 5.5], ['s', 4.3], ['i', 3.1], ['n', 5.5], ['g', 5.5]] as const) {
      letters += draw(x, 500, letter) + draw(x + 0.3, 500, letter)
      x += width
    }
    expect((await read(pages(letters))).units[0]?.text).toBe('Closing')
  })
})

describe('headings', () => {
  const chapter = (title: string, page: number): string => draw(40, 545, title, 16, 'F4') + content(page)

  test('come from the outline, with its levels', async () => {
    const outline = [{ title: 'Beginnings', page: 0, children: [{ title: '1.1 The rock', page: 1 }] }, { title: 'Storms', page: 2 }]
    const document = await read({ pages: ['1 Beginnings', 'The rock', '2 Storms'].map((title, page) => ({ content: draw(40, 545, title, 11, 'F4') + content(page) })), outline })
    expect(document.outline).toEqual([{ title: 'Beginnings', level: 1, unit: 0 }, { title: '1.1 The rock', level: 2, unit: 1 }, { title: 'Storms', level: 1, unit: 2 }])
    expect(document.blocks.filter((block) => block.kind === 'heading').map((block) => block.level)).toEqual([1, 2, 1])
    expect(document.blocks.filter((block) => block.kind === 'paragraph').map((block) => block.path)).toEqual([['1 Beginnings'], ['1 Beginnings', 'The rock'], ['2 Storms']])
  })

  test('without an outline are known by their size', async () => {
    const document = await read(pages(chapter('Beginnings', 0), chapter('Storms', 1) + draw(40, 420, 'The great storm', 13, 'F4') + drawLines(40, 395, body(2))))
    expect(document.blocks.filter((block) => block.kind === 'heading').map((block) => [blockText(document, block), block.level])).toEqual([['Beginnings', 1], ['Storms', 1], ['The great storm', 2]])
    expect(document.blocks.at(-1)).toMatchObject({ path: ['Storms', 'The great storm'], paragraph: 1 })
  })

  test('of which the largest on the first page is the title, where the file has none', async () => {
    expect((await read(pages(chapter('The North Light', 0)))).title).toBe('The North Light')
    expect((await read({ ...pages(chapter('The North Light', 0)), info: '/Title (A Chronicle of the Bay) /Author (E. Marten)' }))).toMatchObject({ title: 'A Chronicle of the Bay', author: 'E. Marten' })
  })

  test('say the language where the file does', async () => {
    expect((await read({ ...pages(content(0)), catalogue: '/Lang (en-gb)' })).language).toBe('en-GB')
  })
})

describe('headings that the outline leaves out', () => {
  test('are subheadings where there are more of them than listed ones of their size', async () => {
    const page = (title: string): string => draw(40, 560, title, 13, 'F4') + ['Summary', 'Details', 'Sources'].map((heading, index) =>
      draw(40, 520 - 80 * index, heading, 13, 'F4') + drawLines(40, 495 - 80 * index, body(index))).join('')
    const document = await read({ ...pages(page('Lamps'), page('Bells')), outline: [{ title: 'Lamps', page: 0 }, { title: 'Bells', page: 1 }] })
    expect(document.blocks.filter((block) => block.kind === 'heading').map((block) => block.level)).toEqual([1, 2, 2, 2, 1, 2, 2, 2])
    expect(document.blocks.at(-1)?.path).toEqual(['Bells', 'Sources'])
  })

  test('are found before a gap and what they are about', async () => {
    const document = await read({ ...pages(draw(40, 545, 'mean', 13, 'F3') + draw(220, 545, 'Arithmetic mean', 13, 'F4') + content(0)), outline: [{ title: 'mean', page: 0 }] })
    expect(document.blocks[0]).toMatchObject({ kind: 'heading', level: 1 })
    expect(document.blocks[1]?.path).toEqual(['mean Arithmetic mean'])
  })
})

describe('a running head with the number of its page', () => {
  test('is known by the number, whatever else it says', async () => {
    const heads = ['12\tBeginnings', 'Storms\t13', '14\tWrecks', 'Bells\t15']
    const document = await read(pages(...heads.map((head, page) => {
      const [left = '', right = ''] = head.split('\t')
      return draw(40, 545, left) + draw(330, 545, right) + content(page)
    })))
    expect(document.units.map((unit) => [unit.label, unit.furniture])).toEqual(heads.map((head, page) => [String(12 + page), head]))
  })
})

describe('what is typed onto a page', () => {
  const field = (y: number, entries: string): string => `<< /Type /Annot /Subtype /Widget /Rect [160 ${y} 380 ${y + 16}] ${entries} >>`

  test('in form fields stands in the row of its question', async () => {
    const annotations = [
      field(497, '/FT /Tx /T (name) /V (Ottilie Barnwell)'),
      field(467, '/FT /Ch /T (region) /Ff 131072 /Opt [(North shore) (South shore)] /V (South shore)'),
      field(437, '/FT /Tx /T (deputy)'),
      field(407, '/FT /Tx /T (secret) /Ff 8192 /V (heron)'),
    ]
    const questions = ['Keeper:', 'Region:', 'Deputy:', 'Password:'].map((question, index) => draw(40, 500 - 30 * index, question)).join('')
    const document = await read({ pages: [{ content: questions, annotations }] })
    expect(document.units[0]?.text.split(/\n+/)).toEqual(['Keeper:\tOttilie Barnwell', 'Region:\tSouth shore', 'Deputy:', 'Password:'])
  })

  test('as a note is text, and hidden notes are not', async () => {
    const note = (flags: number, text: string): string => `<< /Type /Annot /Subtype /FreeText /Rect [40 300 240 320] /F ${flags} /Contents (${text}) /DA (/Helv 11 Tf) >>`
    const document = await read({ pages: [{ content: content(0), annotations: [note(4, 'Ask the harbour master.'), note(2, 'Nobody sees this.')] }] })
    expect(document.units[0]?.text).toBe(`${body(0).join(' ')}\n\nAsk the harbour master.`)
  })
})
