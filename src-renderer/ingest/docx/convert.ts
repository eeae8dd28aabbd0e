import { strToU8, zipSync } from 'fflate'
import mammoth from 'mammoth'
import { readHtml, type FlowBlock, type NoteCounter } from './html'

/** One stretch of a mended document and the notes it refers to, as WordprocessingML. */
export interface Stretch {
  readonly body: string
  readonly footnotes: string
  readonly endnotes: string
}

const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const packageTypes = 'http://schemas.openxmlformats.org/package/2006'
const officeTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const wordTypes = 'application/vnd.openxmlformats-officedocument.wordprocessingml'

const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const styleNames: readonly (readonly [string, string])[] = [...levels.map((level) => [`Level${level}`, `level-${level}`] as const), ['Item', 'item'], ['Title', 'title']]

const fixedParts = {
  '[Content_Types].xml': strToU8(`<Types xmlns="${packageTypes}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${wordTypes}.document.main+xml"/></Types>`),
  '_rels/.rels': strToU8(`<Relationships xmlns="${packageTypes}/relationships"><Relationship Id="r1" Type="${officeTypes}/officeDocument" Target="word/document.xml"/></Relationships>`),
  'word/styles.xml': strToU8(`<w:styles xmlns:w="${namespace}">${styleNames.map(([id]) => `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/></w:style>`).join('')}</w:styles>`),
}

const options = {
  styleMap: [...styleNames.map(([id, css]) => `p[style-name='${id}'] => p.${css}:fresh`), 'p => p:fresh'],
  includeDefaultStyleMap: false,
  includeEmbeddedStyleMap: false,
  externalFileAccess: false,
}

/** Blocks of one stretch, through mammoth. Nothing of the file but its words reaches mammoth: no links, images or styles. */
export async function convert(stretch: Stretch, counter: NoteCounter): Promise<readonly FlowBlock[]> {
  const part = (name: string, contents: string): Uint8Array => strToU8(`<w:${name} xmlns:w="${namespace}">${contents}</w:${name}>`)
  const file = zipSync({
    ...fixedParts,
    'word/document.xml': part('document', `<w:body>${stretch.body}</w:body>`),
    ...(stretch.footnotes === '' ? {} : { 'word/footnotes.xml': part('footnotes', stretch.footnotes) }),
    ...(stretch.endnotes === '' ? {} : { 'word/endnotes.xml': part('endnotes', stretch.endnotes) }),
  }, { level: 0 })
  // mammoth names its input by platform: `arrayBuffer` in browsers, `buffer` in Node.
  const input = { arrayBuffer: file.buffer, buffer: file } as unknown as Parameters<typeof mammoth.convertToHtml>[0]
  const { value } = await mammoth.convertToHtml(input, options)
  return readHtml(value, counter)
}
