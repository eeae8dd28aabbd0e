import { strToU8 } from 'fflate'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { heading, headingStyles, paragraph, row, run, table, writeWord } from '../../support/docx-writer'
import { seededRandom } from '../../support/seeded-random'
import { blockLines, openFile } from '../../support/word'

const seed = 20_261
const body = [
  heading(1, 'Water'), paragraph(run('The gate') + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(' holds.', '<w:vanish w:val="0"/>')),
  table(row(paragraph(run('a')), paragraph(run('b'))), row(table(row(paragraph(run('c')))), paragraph(run('d')))),
  paragraph('<w:ins w:id="1"><w:r><w:t>new</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>old</w:delText></w:r></w:del>', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
  paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run('17') + '<w:r><w:fldChar w:fldCharType="end"/></w:r><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>'),
].join('')
const parts = {
  body, styles: headingStyles, footnotes: `<w:footnote w:id="2">${paragraph(run('Note.'))}</w:footnote>`,
  numbering: '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
}
const honest = writeWord(parts)

/** Whether a file ends in text or in an expected failure; anything else is thrown. */
async function ends(bytes: Uint8Array<ArrayBuffer>): Promise<'text' | 'failure'> {
  try {
    await openFile(bytes, 'mutant.docx')
    return 'text'
  } catch (error) {
    if (error instanceof FailureError) return 'failure'
    throw error
  }
}

describe('mutants of a Word file', () => {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  beforeAll(() => { vi.spyOn(console, 'error').mockImplementation(() => undefined) })
  afterAll(() => { vi.restoreAllMocks() })

  test(`of its bytes: each ends in text or an expected failure (seed ${seed})`, async () => {
    for (let round = 0; round < 400; round += 1) {
      const bytes = new Uint8Array(honest)
      for (let change = below(4); change >= 0; change -= 1) bytes[below(bytes.length)] = below(256)
      await ends(round % 4 === 0 ? bytes.slice(0, below(bytes.length)) : bytes)
    }
  })

  test(`of its XML: each ends in text or an expected failure (seed ${seed})`, async () => {
    const counts = { text: 0, failure: 0 }
    const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    for (let round = 0; round < 300; round += 1) {
      let xml = `<w:document ${w}><w:body>${body}</w:body></w:document>`
      for (let change = below(3); change >= 0; change -= 1) {
        const tags = [...xml.matchAll(/<[^>]*>/g)]
        const tag = tags[below(tags.length)]
        const other = tags[below(tags.length)]
        if (tag === undefined || other === undefined) continue
        // A tag is lost, doubled, or becomes another; or one letter is.
        const instead = [() => '', () => tag[0] + tag[0], () => other[0], () => tag[0].replace(/[a-z]/, String.fromCharCode(33 + below(90)))][below(4)]?.() ?? ''
        xml = xml.slice(0, tag.index) + instead + xml.slice(tag.index + tag[0].length)
      }
      counts[await ends(writeWord({ ...parts, extra: { 'word/document.xml': strToU8(xml) } }, 0))] += 1
    }
    expect(counts.text).toBeGreaterThan(150)
  })

  test('and the honest one is read as before', async () => {
    expect(blockLines(await openFile(new Uint8Array(honest), 'honest.docx'))).toEqual([
      'heading 1: Water', 'paragraph: The gate[1] holds.', 'footnote: [1] Note.', 'table-row: a | b', 'table-row: c', 'table-row: d', 'list-item: 1. new', 'paragraph: 171/',
    ])
  })
})
