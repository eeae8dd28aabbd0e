import { readFileSync } from 'node:fs'
import { drawLines, writePdf } from './pdf-writer'

const linesOfPage = 52
const charactersOfLine = 80

/** A PDF of so many full pages from the sample book's text, with an entry of the contents for each: about 850 tokens a page. */
export function writeShortBook(title: string, pages: number): Uint8Array {
  const source = readFileSync('resources/sample/tidal-rivers.md', 'utf8').replace(/^---.*?---/su, '').replace(/^#+ .*$/gmu, '')
  const lines = source.split(/\n{2,}/u).flatMap((paragraph) => wrapped(paragraph.replace(/\s+/gu, ' ').trim()))
  const texts = Array.from({ length: pages }, (_, page) => lines.slice(page * linesOfPage, (page + 1) * linesOfPage))
  return writePdf({
    info: `/Title (${title})`,
    pages: texts.map((text) => ({ content: drawLines(60, 790, text, 10), width: 595, height: 842 })),
    outline: texts.map((_, page) => ({ title: `Chapter ${page + 1}`, page })),
  })
}

function wrapped(paragraph: string): readonly string[] {
  const lines: string[] = []
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= charactersOfLine) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
