import type { ParsedDocument } from '../../src-main/contract/document'
import { assertNever, FailureError } from '../../src-main/contract/failure'
import { quoteName } from './names'
import type { Reader, ReadRequest } from './reader'
import { sniff } from './sniff'
import { openZip } from './zip'

/** One reader per format that can be read. */
export interface Readers {
  readonly pdf: Reader
  readonly docx: Reader
}

const documentBytesMax = 500 * 2 ** 20

/** Refuses a file for its size alone, before its bytes are fetched. Throws `FailureError` (too-large). */
export function checkSize(bytes: number, fileName: string): void {
  if (bytes <= documentBytesMax) return
  const size = `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`
  throw new FailureError('too-large', `${quoteName(fileName)} has ${size}; Longleaf reads files of up to 500 MB. Split it and add the parts.`)
}

/** Finds out by its bytes what a file is and reads it. Throws `FailureError` with what it looks like where it cannot be read. */
export async function openDocument(request: ReadRequest, readers: Readers): Promise<ParsedDocument> {
  const who = quoteName(request.fileName)
  checkSize(request.bytes.length, request.fileName)
  const sniffed = sniff(request.bytes)
  switch (sniffed.kind) {
    case 'empty':
      throw new FailureError('empty-file', `${who} is empty: it has 0 bytes, so there is nothing to read. Get the file again and add it once more.`)
    case 'pdf':
      return withNameNotice(await readers.pdf(request), request.fileName)
    case 'zip':
      return openZipped(request, readers)
    case 'ole':
      throw refuseOle(who, sniffed)
    case 'other':
      throw refuseOther(who, request.fileName, sniffed.what)
    default:
      return assertNever(sniffed)
  }
}

async function openZipped(request: ReadRequest, readers: Readers): Promise<ParsedDocument> {
  const archive = openZip(request.bytes, request.fileName)
  const what = describeZip(archive.names, (name) => decode(archive.read(name)))
  if (what === 'docx') return withNameNotice(await readers.docx(request), request.fileName)
  throw refuseOther(quoteName(request.fileName), request.fileName, what)
}

/** 'docx', or the words for what a zip holds instead. */
function describeZip(names: readonly string[], read: (name: string) => string): string {
  const has = (test: RegExp): boolean => names.some((name) => test.test(name))
  const types = has(/^\[Content_Types\]\.xml$/i) ? read('[Content_Types].xml') : ''
  if (has(/^word\/document\.xml$/i) || /wordprocessingml\.(document|template)\.main|ms-word\.(document|template)\.macroEnabled/i.test(types)) return 'docx'
  if (has(/^mimetype$/)) {
    const type = read('mimetype')
    if (type.includes('epub')) return 'an EPUB book'
    if (type.includes('opendocument.text')) return 'an OpenDocument text (.odt): save it as Word (.docx) or PDF'
    if (type.includes('opendocument')) return 'an OpenDocument file'
  }
  if (has(/^META-INF\/container\.xml$/i)) return 'an EPUB book'
  if (has(/^xl\//)) return 'an Excel workbook'
  if (has(/^ppt\//)) return 'a PowerPoint presentation'
  if (has(/^Index\/Document\.iwa$/)) return 'an Apple Pages or Keynote document: export it as Word (.docx) or PDF'
  return 'a zip archive: unpack it and add the documents inside'
}

function refuseOle(who: string, sniffed: { readonly encrypted: boolean; readonly word: boolean }): FailureError {
  if (sniffed.encrypted) {
    return new FailureError('unsupported-format', `${who} is an Office document protected by a password, which Longleaf cannot open. Remove the password in Word (File > Info > Protect Document), save, and add it again.`)
  }
  return new FailureError('unsupported-format', sniffed.word
    ? `${who} is a Word document of the old kind (.doc). Open it in Word or LibreOffice, save it as .docx, and add that.`
    : `${who} is an older Office or Windows file, which Longleaf cannot read. Save it as PDF or Word (.docx) and add that.`)
}

function refuseOther(who: string, fileName: string, what: string | null): FailureError {
  const claimed = claimedFormat(fileName)
  const looks = what === null ? 'is in a format that Longleaf does not know' : `looks like ${what}`
  const advice = what?.includes(':') === true ? '' : ' Longleaf reads PDF and Word (.docx) documents.'
  return claimed === null
    ? new FailureError('unsupported-format', `${who} ${looks}.${advice}`)
    : new FailureError('wrong-type', `${who} is not what its name says: it is not a ${claimed} but ${looks}.${advice}`.replace('but is in', 'but in'))
}

function claimedFormat(fileName: string): string | null {
  return /\.pdf$/i.test(fileName) ? 'PDF' : /\.docx$/i.test(fileName) ? 'Word document (.docx)' : null
}

/** Says so where a document is of another format than its name claims. */
function withNameNotice(document: ParsedDocument, fileName: string): ParsedDocument {
  const claimed = claimedFormat(fileName)
  const real = document.format === 'pdf' ? 'PDF' : 'Word document (.docx)'
  if (claimed === null || claimed === real) return document
  const article = real === 'PDF' ? 'a PDF' : 'a Word document (.docx)'
  return { ...document, notices: [`${quoteName(fileName)} is ${article}, although its name says otherwise. It was read as what it is.`, ...document.notices] }
}

const decode = (bytes: Uint8Array | null): string => (bytes === null ? '' : new TextDecoder().decode(bytes))
