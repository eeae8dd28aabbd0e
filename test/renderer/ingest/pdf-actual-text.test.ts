import { readFileSync } from 'node:fs'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { toString } from 'mdast-util-to-string'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, test } from 'vitest'
import type { ParsedUnit } from '../../../src-main/contract/document'
import { unpackRuns } from '../../../src-main/contract/runs'
import { splitSentences } from '../../../src-main/text/sentences'
import { parsePdf } from '../../support/pdf'
import { draw, writePdf } from '../../support/pdf-writer'

const hex = (text: string): string => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0')).join('')
/** A marked-content sequence that says `text` for what it holds. */
const span = (text: string, content: string): string => `/Span << /ActualText <feff${hex(text)}> >> BDC ${content} EMC `
const show = (text: string): string => `<${hex(text)}> Tj `
/** A line of the font in which every letter is half an em (5 points) wide. */
const line = (y: number, content: string, x = 40): string => `BT /U 10 Tf ${x} ${y} Td ${content} ET\n`
/** A glyph for which the file names no letter. */
const mute = show('\u0000')

const read = async (content: string): Promise<ParsedUnit> => {
  const [unit] = (await parsePdf(writePdf({ pages: [{ content }] }))).units
  if (unit === undefined) throw new Error('no page')
  return unit
}
const textOf = async (content: string): Promise<string> => (await read(content)).text

describe('ActualText', () => {
  test('gives back the letters of ligatures', async () => {
    expect(await textOf(line(500, `${span('Th', mute)}${show('e tide is ')}${span('fi', mute)}${show('ne and the o')}${span('ffi', mute)}${show('ce open')}`)))
      .toBe('The tide is fine and the office open')
  })

  test('lies where its glyphs lie', async () => {
    const unit = await read(line(500, `${show('o')}${span('ffi', mute)}${show('ce')}`))
    const box = unpackRuns(unit.runs).find((run) => unit.text.slice(run.start, run.end) === 'ffi')
    expect(box).toMatchObject({ x: 45, width: 5 })
  })

  test('of several glyphs in several strings is one stretch over all of them', async () => {
    const unit = await read(line(500, `${show('a ')}${span('kshi', `${mute}/U 10 Tf 2 Ts ${mute}0 Ts ${mute}`)}${show(' z')}`))
    expect(unit.text).toBe('a kshi z')
    expect(unpackRuns(unit.runs).find((run) => unit.text.slice(run.start, run.end) === 'kshi')).toMatchObject({ x: 50, width: 15 })
  })

  test('of the outer sequence counts', async () => {
    expect(await textOf(line(500, `${show('an ')}${span('outer', `${span('inner', show('glyphs'))}${show('more')}`)}${show(' word')}`))).toBe('an outer word')
  })

  test('may stand inside sequences without any', async () => {
    const content = line(500, `/P << /MCID 0 >> BDC /Span BMC ${show('a ')}${span('fi', mute)}${show('g')} EMC EMC ${show(' tree')}`)
    expect(await textOf(content)).toBe('a fig tree')
  })

  test('may stand in a named property list', async () => {
    const content = line(500, `${show('a ')}/Span /P1 BDC ${mute} EMC ${show('g tree')}`)
    const { units } = await parsePdf(writePdf({ pages: [{ content }], properties: '/P1 << /ActualText (fi) >>' }))
    expect(units[0]?.text).toBe('a fig tree')
  })

  test('that is empty takes its glyphs away, and nothing else', async () => {
    expect(await textOf(line(500, `${show('one ')}${span('', show('### '))}${show('two')}`))).toBe('one two')
  })

  test('of a blank keeps words apart', async () => {
    expect(await textOf(line(500, `${show('one')}${span(' ', show('_'))}${show('two')}`))).toBe('one two')
  })

  test('that is never closed ends with the page', async () => {
    expect(await textOf(line(500, `${show('a ')}/Span << /ActualText (fig) >> BDC ${mute}`))).toBe('a fig')
  })

  test('that is no text changes nothing', async () => {
    expect(await textOf(line(500, `${show('a ')}/Span << /ActualText 7 >> BDC ${show('fig')} EMC`))).toBe('a fig')
  })

  test('stands for turned text', async () => {
    expect(await textOf(`BT /U 10 Tf 0 1 -1 0 200 100 Tm ${show('a ')}${span('fi', mute)}${show('g tree')} ET\n`)).toBe('a fig tree')
  })

  test('of vertical text lies down its column', async () => {
    const unit = await read(`BT /V 10 Tf 300 500 Td ${show('天')}${span('地玄', show('\u0000\u0000'))}${show('黄')} ET\n`)
    expect(unit.text).toBe('天地玄黄')
    expect(unpackRuns(unit.runs).find((run) => unit.text.slice(run.start, run.end) === '地玄')?.height).toBeCloseTo(20)
  })

  test('in right-to-left text is in reading order already', async () => {
    // Drawn from the left: the last letters come first.
    expect(await textOf(line(500, `${show('םל')}${span('או', mute)}${show('ע')}`))).toBe('עאולם')
  })
})

describe('hyphens that ActualText leaves out', () => {
  const times = (y: number, content: string): string => `BT /F2 10 Tf 40 ${y} Td ${content} ET\n`

  test.each([['a soft one', '\u00ad'], ['none', '']])('at the end of a line join its word: %s', async (_, actual) => {
    const content = times(500, `(here is one more line with an exam) Tj ${span(actual, '(-) Tj')}`) + times(487, '(ple goes on to the end of the line) Tj')
    expect(await textOf(content)).toBe('here is one more line with an example goes on to the end of the line')
  })

  test('and that change the letters before them join it too', async () => {
    const content = times(500, `(here is one more of all the Dru) Tj ${span('c', '(k-) Tj')}`) + times(487, '(ker goes on to the end of the line) Tj')
    expect(await textOf(content)).toBe('here is one more of all the Drucker goes on to the end of the line')
  })

  test('within a line are gone', async () => {
    expect(await textOf(line(500, `${show('an exam')}${span('\u00ad', show('-'))}${show('ple')}`))).toBe('an example')
  })

  test('before an item of a list are gone', async () => {
    expect(await textOf(line(500, `${span('', show('-'))}`) + line(500, show('first words of it'), 60))).toBe('first words of it')
  })
})

describe('ActualText of several lines', () => {
  const drawn = (text: string): string => `BT /U 10 Tf 40 500 Td ${span(text, `${show('xxxxxxxxxxxxxxxxxxxx')}0 -13 Td ${show('xxxxxxxxxx')}`)} ET\n`
  const rowsOf = (unit: ParsedUnit): readonly string[] => unpackRuns(unit.runs).map((run) => `${Math.round(run.y)} ${unit.text.slice(run.start, run.end).trim()}`)

  test('is shared out by the lengths of the lines', async () => {
    const unit = await read(drawn('the tide comes in twice a day'))
    expect(unit.text.replace(/\s+/g, ' ')).toBe('the tide comes in twice a day')
    expect(rowsOf(unit).map((row) => row.replace(/^\d+ /, ''))).toEqual(['the tide comes in', 'twice a day'])
  })

  test('with as many lines of its own keeps them', async () => {
    expect(rowsOf(await read(drawn('the tide\ncomes in twice a day'))).map((row) => row.replace(/^\d+ /, ''))).toEqual(['the tide', 'comes in twice a day'])
  })

  test('leaves the text around it as it is', async () => {
    const text = await textOf(draw(40, 530, 'A line above it') + drawn('the tide comes in twice a day') + draw(40, 450, 'A line below it'))
    expect(text.replace(/\s+/g, ' ')).toBe('A line above it the tide comes in twice a day A line below it')
  })
})

describe('printed by Chromium', () => {
  test('ligatures and letters of other scripts are read as they were written', async () => {
    const document = await parsePdf(new Uint8Array(readFileSync('test/fixtures/printed-by-chromium.pdf')))
    const text = document.units.map((unit) => unit.text).join('\n\n')
    for (const paragraph of [
      'The first office',
      'The tide fills the flat five times a fortnight. Thick fog drifts off the cliff; the ferryman offers coffee and waffles to the staff, who find it difficult to refuse. Theft is rare, traffic is light, and the official figures are flattering. This fjord affords fine fishing.',
      '“Fifty fluffy fish,” they said: the definitive, most efficient and sufficiently satisfying fiction.',
      'السلام عليكم، لا بأس إلى الأمام في المدينة القديمة مرة أخرى (واحد) 2024.',
      'שלום לכולם, הספינה יוצאת אל הים בשעה 7 בבוקר.',
      'नदी समुद्र की ओर बहती है और क्षितिज पर प्रकाश दिखता है।',
    ]) expect(text).toContain(paragraph)
  })

  test('the sample book holds every sentence of its source', async () => {
    const { units } = await parsePdf(new Uint8Array(readFileSync('resources/sample/sample.pdf')))
    const text = units.map((unit) => unit.text).join(' ').replace(/\s+/g, ' ')
    const source = readFileSync('resources/sample/tidal-rivers.md', 'utf8').replace(/^---[\s\S]*?---\n/, '')
    const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
    // The cells of a head may take two lines, and are read line by line.
    const parts = tree.children.flatMap((node) => node.type === 'table' ? node.children.slice(1) : node.type === 'list' ? node.children : [node])
    const sentences = parts.flatMap((part) => part.type === 'tableRow' ? part.children.map((cell) => toString(cell)) : splitOf(toString(part)))
    expect(sentences.length).toBeGreaterThan(300)
    expect(sentences.filter((sentence) => !text.includes(sentence.replace(/\s+/g, ' ')))).toEqual([])
  })
})

const splitOf = (text: string): readonly string[] => splitSentences(text, 'en').map(({ start, end }) => text.slice(start, end))
