import { strToU8, zipSync } from 'fflate'

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'

const namespaces = [
  `xmlns:w="${word}"`, `xmlns:r="${office}"`,
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
  'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
  'xmlns:v="urn:schemas-microsoft-com:vml"',
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
].join(' ')

/** Contents of a Word file's parts, without their root elements. */
export interface WordParts {
  readonly body: string
  readonly styles?: string
  readonly numbering?: string
  readonly footnotes?: string
  readonly endnotes?: string
  readonly core?: string
  /** More entries, by name. */
  readonly extra?: Readonly<Record<string, Uint8Array>>
  /** Where the main part lies; relationships point there. */
  readonly main?: string
}

const relationship = (id: number, type: string, target: string): string => `<Relationship Id="r${id}" Type="${office}/${type}" Target="${target}"/>`

/** A Word file as bytes: valid where its parts are. */
export function writeWord(parts: WordParts, level: 0 | 6 = 6): Uint8Array<ArrayBuffer> {
  const main = parts.main ?? 'word/document.xml'
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  const part = (root: string, contents: string): Uint8Array => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:${root} ${namespaces}>${contents}</w:${root}>`)
  const named = (['styles', 'numbering', 'footnotes', 'endnotes'] as const).filter((name) => parts[name] !== undefined)
  const entries: Record<string, Uint8Array> = {
    '[Content_Types].xml': strToU8(`<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/${main}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`),
    '_rels/.rels': strToU8(`<Relationships xmlns="${packages}/relationships">${relationship(1, 'officeDocument', main)}</Relationships>`),
    [`${folder}_rels/${main.slice(folder.length)}.rels`]: strToU8(`<Relationships xmlns="${packages}/relationships">${named.map((name, index) => relationship(index + 1, name, `${name}.xml`)).join('')}</Relationships>`),
    [main]: part('document', `<w:body>${parts.body}</w:body>`),
    ...Object.fromEntries(named.map((name) => [`${folder}${name}.xml`, part(name, parts[name] ?? '')])),
    ...parts.extra,
  }
  if (parts.core !== undefined) {
    entries['docProps/core.xml'] = strToU8(`<cp:coreProperties xmlns:cp="${packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">${parts.core}</cp:coreProperties>`)
  }
  return zipSync(entries, { level })
}

export const text = (words: string): string => `<w:t xml:space="preserve">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</w:t>`
export const run = (words: string, properties = ''): string => `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}${text(words)}</w:r>`
export const paragraph = (contents: string, properties = ''): string => `<w:p>${properties === '' ? '' : `<w:pPr>${properties}</w:pPr>`}${contents}</w:p>`
export const heading = (level: number, words: string): string => paragraph(run(words), `<w:pStyle w:val="Heading${level}"/>`)
export const row = (...cells: readonly string[]): string => `<w:tr>${cells.map((cell) => `<w:tc><w:tcPr/>${cell}</w:tc>`).join('')}</w:tr>`
export const table = (...rows: readonly string[]): string => `<w:tbl><w:tblPr/>${rows.join('')}</w:tbl>`

/** Headings as Word defines them. */
export const headingStyles = [1, 2, 3].map((level) =>
  `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:pPr><w:outlineLvl w:val="${level - 1}"/></w:pPr></w:style>`).join('')
