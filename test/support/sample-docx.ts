import { readFileSync } from 'node:fs'
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { toString } from 'mdast-util-to-string'
import { gfm } from 'micromark-extension-gfm'

const levels = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3]

/** The sample book as a Word file, as a word processor would write it. */
export async function sampleDocx(): Promise<Uint8Array<ArrayBuffer>> {
  const markdown = readFileSync(new URL('../../resources/sample/tidal-rivers.md', import.meta.url), 'utf8').replace(/^---[\s\S]*?\n---\n/u, '')
  const { children } = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
  const blocks = children.map((node) => {
    if (node.type === 'heading') return new Paragraph({ text: toString(node), heading: levels[node.depth - 1] ?? HeadingLevel.HEADING_3 })
    if (node.type !== 'table') return new Paragraph(toString(node))
    const cellOf = (cell: Parameters<typeof toString>[0]): TableCell => new TableCell({ children: [new Paragraph(toString(cell))] })
    const rows = node.children.map((row) => new TableRow({ children: row.children.map(cellOf) }))
    return new Table({ rows })
  })
  const file = new Document({ title: 'Tidal Rivers: a field guide', creator: 'The Longleaf project', sections: [{ children: blocks }] })
  return new Uint8Array(await Packer.toArrayBuffer(file))
}
