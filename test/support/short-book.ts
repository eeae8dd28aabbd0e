import { readFileSync } from 'node:fs'
import { draw, drawLines, writePdf } from './pdf-writer'

const linesOfPage = 52
const charactersOfLine = 80

/**
 * A PDF of so many full pages from the sample book's text, again from its beginning where that ends, each a chapter with an entry of the
 * contents: about 900 tokens a page.
 */
export function writeShortBook(title: string, pages: number): Uint8Array {
  const source = readFileSync('resources/sample/tidal-rivers.md', 'utf8').replace(/^---.*?---/su, '').replace(/^#+ .*$/gmu, '')
  const lines = source.split(/\n{2,}/u).flatMap((paragraph) => wrapped(paragraph.replace(/\s+/gu, ' ').trim()))
  const lineAt = (index: number): string => lines[index % lines.length] ?? ''
  const texts = Array.from({ length: pages }, (_, page) => Array.from({ length: linesOfPage }, (_, line) => lineAt(page * linesOfPage + line)))
  return writePdf({
    info: `/Title (${title})`,
    pages: texts.map((text, page) => ({ content: draw(60, 800, `Chapter ${page + 1}`, 14, 'F4') + drawLines(60, 770, text, 10), width: 595, height: 842 })),
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
