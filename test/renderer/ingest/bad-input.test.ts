import { readFileSync } from 'node:fs'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import type { FailureKind } from '../../../src-main/contract/failure'
import { headingStyles, paragraph, run, writeWord } from '../../support/docx-writer'
import { testData } from '../../support/test-data'
import { blockLines, failureOf, openFile } from '../../support/word'
import { yardstickSeconds } from '../../support/yardstick'
import { oleContainer, withClaimedSize, withEncryption, withFlippedBit, withOverlap } from '../../support/zip-tricks'

const honest = writeWord({ body: paragraph(run('The lock has three gates.')), styles: headingStyles })
const main = 'word/document.xml'
const text = (words: string): Uint8Array<ArrayBuffer> => new Uint8Array(strToU8(words))
const zip = (entries: Record<string, string>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(zipSync(Object.fromEntries(Object.entries(entries).map(([name, contents]) => [name, strToU8(contents)]))))

const manyEntries = (): Uint8Array<ArrayBuffer> =>
  writeWord({ body: paragraph(run('x')), extra: Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`word/media/${index}.txt`, new Uint8Array(0)])) }, 0)

/** Processor time, which others on the computer do not take: under 1.3 seconds each when measured, where the yardstick took 0.09. */
const cpuMax = { seconds: 4, yardsticks: 45 } as const

/** What each bad file must end in: a kind, and a sentence that names the file and says what is the matter. */
const bad: readonly (readonly [what: string, name: string, make: () => Uint8Array<ArrayBuffer>, kind: FailureKind, says: RegExp])[] = [
  ['no bytes', 'empty.docx', () => new Uint8Array(0), 'empty-file', /is empty/],
  ['a Word file without text', 'blank.docx', () => writeWord({ body: '<w:p/><w:sectPr/>' }), 'empty-file', /without any text/],
  ['a Word file cut off', 'cut.docx', () => honest.slice(0, Math.floor(honest.length * 0.6)), 'truncated', /cut off/],
  ['one flipped bit in the text', 'flipped.docx', () => withFlippedBit(honest, main), 'damaged', /damaged/],
  ['no main part', 'hollow.docx', () => zip({ '[Content_Types].xml': '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>' }), 'damaged', /without its text/],
  ['an Excel workbook named .docx', 'sums.docx', () => zip({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<x/>' }), 'wrong-type', /not what its name says.*Excel/],
  ['a presentation', 'talk.pptx', () => zip({ '[Content_Types].xml': '<Types/>', 'ppt/presentation.xml': '<x/>' }), 'unsupported-format', /PowerPoint/],
  ['an EPUB', 'book.epub', () => zip({ mimetype: 'application/epub+zip' }), 'unsupported-format', /EPUB/],
  ['an OpenDocument text', 'letter.odt', () => zip({ mimetype: 'application/vnd.oasis.opendocument.text' }), 'unsupported-format', /OpenDocument.*save it as/],
  ['an ordinary zip', 'photos.zip', () => zip({ 'a.txt': 'a' }), 'unsupported-format', /zip archive: unpack it/],
  ['a web page named .pdf', 'invoice.pdf', () => text('<!DOCTYPE html><html><body>Sign in</body></html>'), 'wrong-type', /not a PDF.*web page/],
  ['a PNG picture named .docx', 'scan.docx', () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]), 'wrong-type', /PNG picture/],
  ['a plain text', 'notes.txt', () => text('Low water at three.\n'), 'unsupported-format', /plain text/],
  ['zeros, as a failed download leaves them', 'zeros.pdf', () => new Uint8Array(5_000), 'wrong-type', /zeros/],
  ['an RTF document', 'old.rtf', () => text('{\\rtf1 text}'), 'unsupported-format', /RTF/],
  ['a model', 'small.gguf', () => text('GGUF\x03\0\0\0'), 'unsupported-format', /language model/],
  ['a Word file with a password', 'secret.docx', () => oleContainer('Root Entry', 'EncryptionInfo', 'EncryptedPackage'), 'unsupported-format', /password.*Remove the password/],
  ['a Word file before 2007', 'old.doc', () => oleContainer('Root Entry', 'WordDocument', '1Table'), 'unsupported-format', /\.doc\).*save it as \.docx/],
  ['an encrypted zip entry', 'locked.docx', () => withEncryption(honest, main), 'unsupported-format', /password/],
  ['10,007 parts', 'parts.docx', manyEntries, 'too-complex', /parts/],
  ['entries that share their bytes', 'overlap.docx', () => withOverlap(honest, main), 'too-complex', /same bytes/],
  ['a part that claims a gigabyte', 'claims.docx', () => withClaimedSize(honest, main, 1 << 30), 'too-large', /unpacks to far more/],
  ['80 MB of blanks in 80 KB', 'blanks.docx', () => writeWord({ body: paragraph(run(' '.repeat(80_000_000))) }), 'too-large', /unpacks to far more/],
  ['80 MB of blanks that claim to be 1 KB', 'liar.docx', () => withClaimedSize(writeWord({ body: paragraph(run(' '.repeat(80_000_000))) }), main, 1_000), 'too-large', /unpacks to far more/],
  ['1.5 million paragraphs', 'paragraphs.docx', () => writeWord({ body: '<w:p/>'.repeat(1_500_000) }), 'too-complex', /more than 300,000 paragraphs/],
  ['1.5 million paragraphs with a letter each, packed', 'letters.docx', () => writeWord({ body: '<w:p><w:r><w:t>a</w:t></w:r></w:p>'.repeat(1_500_000) }, 0), 'too-complex', /more than 300,000 paragraphs/],
  ['20,000 nested tags', 'nested.docx', () => writeWord({ body: `${'<w:sdt>'.repeat(20_000)}${'</w:sdt>'.repeat(20_000)}` }), 'too-complex', /nested more than 256 deep/],
  ['tables in tables, 5,000 deep', 'tables.docx', () => writeWord({ body: `${'<w:tbl><w:tr><w:tc>'.repeat(5_000)}${'</w:tc></w:tr></w:tbl>'.repeat(5_000)}` }), 'too-complex', /nested/],
  ['two million marks in one paragraph', 'marks.docx', () => writeWord({ body: paragraph(`<w:r>${'<w:br/>'.repeat(2_000_000)}</w:r>`) }, 0), 'too-complex', /marks of formatting in one place/],
  ['a hundred thousand attributes', 'attributes.docx', () => writeWord({ body: `<w:p ${Array.from({ length: 100_000 }, (_, index) => `w:a${index}=""`).join(' ')}/>` }, 0), 'too-complex', /500 attributes/],
  ['entities that grow when they are expanded', 'laughs.docx', () => writeWord({ body: paragraph(run('x')), extra: { [main]: strToU8(`<!DOCTYPE d [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "&a;&a;&a;&a;">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`) } }), 'too-complex', /document type/],
]

describe('bad input', () => {
  test.each(bad)('%s', async (_, name, make, kind, says) => {
    const bytes = make()
    const start = process.cpuUsage()
    const failure = await failureOf(bytes, name)
    const { user, system } = process.cpuUsage(start)
    const cpuSeconds = (user + system) / 1e6
    expect(failure.kind).toBe(kind)
    expect(failure.message).toMatch(says)
    expect(failure.message).toContain(`“${name}”`)
    expect(failure.message).toMatch(/\.$/)
    expect(failure.message).not.toMatch(/undefined|exception|TypeError|\.js|object/i)
    expect(cpuSeconds).toBeLessThan(cpuSeconds < cpuMax.seconds ? cpuMax.seconds : cpuMax.yardsticks * yardstickSeconds())
    // And the next file is unharmed.
    expect(blockLines(await openFile(new Uint8Array(honest), 'next.docx'))).toEqual(['paragraph: The lock has three gates.'])
  })

  test('a hidden part of many megabytes that nobody reads harms nothing', async () => {
    const bytes = writeWord({ body: paragraph(run('Words.')), extra: { 'word/media/blank.bmp': new Uint8Array(100_000_000) } })
    expect(blockLines(await openFile(bytes, 'picture.docx'))).toEqual(['paragraph: Words.'])
  })

  test('an entity that a file does not declare stays as it is', async () => {
    const document = await openFile(writeWord({ body: '<w:p><w:r><w:t>&amp;lt; &unknown; &#x41;</w:t></w:r></w:p>' }), 'entity.docx')
    expect(blockLines(document)).toEqual(['paragraph: &lt; &unknown; A'])
  })

  test('a Word file that is named .pdf is read as what it is, and the person is told', async () => {
    const document = await openFile(new Uint8Array(readFileSync(testData('cases', 'files', 'really-docx.pdf'))), 'really-docx.pdf')
    expect(document.format).toBe('docx')
    expect(document.notices[0]).toBe('“really-docx.pdf” is a Word document (.docx), although its name says otherwise. It was read as what it is.')
  })

  test('names do no harm in sentences', async () => {
    const says = async (name: string): Promise<string> => (await failureOf(new Uint8Array(0), name)).message
    expect(await says('../../etc/passwd\0.pdf')).toMatch(/^“\.\.\/\.\.\/etc\/passwd\.pdf” is empty/)
    expect(await says('invoice\u202efdp.exe')).toMatch(/^“invoicefdp\.exe” is empty/)
    expect(await says(`${'a'.repeat(300)}.pdf`)).toMatch(/^“a{50}…a{21}\.pdf” is empty/)
    expect(await says('\n\t')).toMatch(/^The file is empty/)
  })
})
