import type { ParsedDocument } from '../../../src-main/contract/document'
import { FailureError } from '../../../src-main/contract/failure'
import { quoteName } from '../names'
import type { ZipArchive } from '../zip'
import { openZip } from '../zip'
import { assemble } from './assemble'
import type { Stretch } from './convert'
import { convert } from './convert'
import type { FlowBlock, NoteCounter } from './html'
import type { Flow } from './mend'
import { createMender, noteElement } from './mend'
import { createNumbering } from './numbering'
import type { NoteKind, Tally } from './pieces'
import { createTally } from './pieces'
import type { DocumentParts } from './parts'
import { readParts } from './parts'
import { readStyles } from './styles'
import type { XmlElement } from './xml'
import { elementsOf, readChildren, textOf } from './xml'

/** mammoth keeps several copies of what it reads: it gets a book in stretches of about this size. */
const stretchCharacters = 1_500_000

/** Reads a Word file, transitional or Strict. Throws `FailureError` (damaged, too-large, too-complex, no-text). */
export async function readWord(bytes: Uint8Array, fileName: string): Promise<ParsedDocument> {
  const archive: ZipArchive = openZip(bytes, fileName)
  const parts = readParts(archive, fileName)
  const tally = createTally()
  const stretches = mendDocument(parts, tally, quoteName(fileName))
  const flow: FlowBlock[] = []
  const counter: NoteCounter = { notes: 0 }
  for (const stretch of stretches) for (const block of await convert(stretch, counter)) flow.push(block)
  if (flow.length === 0) throw withoutText(fileName, tally)
  const { units, blocks, outline } = assemble(flow)
  return {
    format: 'docx',
    title: property(parts, 'dc:title') ?? flow.find(block => block.isTitle)?.text.replaceAll('\n', ' ') ?? null,
    author: property(parts, 'dc:creator'),
    language: property(parts, 'dc:language') ?? commonest(tally.languages),
    units,
    blocks,
    outline,
    notices: notices(tally, parts),
    cover: null,
  }
}

function withoutText(fileName: string, tally: Tally): FailureError {
  const what = tally.pictures > 0 ? 'only pictures. Words inside pictures cannot be read' : 'no text'
  return new FailureError('no-text', `${quoteName(fileName)} is a Word document that holds ${what}.`)
}

function mendDocument(parts: DocumentParts, tally: Tally, who: string): readonly Stretch[] {
  const notes = { footnote: collectNotes(parts.footnotes, 'footnote', who), endnote: collectNotes(parts.endnotes, 'endnote', who) }
  const hasNote = (kind: NoteKind, id: string): boolean => notes[kind].has(id)
  const mender = createMender({ styles: readStyles(parts.styles), tally, hasNote }, createNumbering(parts.numbering))
  const stretches: Stretch[] = []
  const flow: Flow = { pending: [] }
  let body: string[] = []
  let characters = 0
  const close = (): void => {
    const text = body.join('')
    if (text !== '') stretches.push({ body: text, footnotes: noteParts(text, 'footnote'), endnotes: noteParts(text, 'endnote') })
    body = []
    characters = 0
  }
  const noteParts = (text: string, kind: NoteKind): string => {
    const ids = new Set([...text.matchAll(new RegExp(`<w:${kind}Reference w:id="([^"]*)"/>`, 'g'))].map(match => match[1] ?? ''))
    return [...ids].map(id => noteElement(kind, id, mender.blocks(elementsOf(notes[kind].get(id))))).join('')
  }
  readChildren(parts.document, 'w:body', who, child => {
    const mended = mender.block(child, flow)
    body.push(mended)
    characters += mended.length
    if (characters > stretchCharacters) close()
  })
  body.push(mender.end(flow))
  close()
  return stretches
}

function collectNotes(part: Uint8Array | null, kind: NoteKind, who: string): ReadonlyMap<string, XmlElement> {
  const notes = new Map<string, XmlElement>()
  if (part === null) return notes
  readChildren(part, `w:${kind}s`, who, note => {
    const id = note.attributes['w:id']
    // Separators are notes in form only.
    if (id !== undefined && ['normal', undefined].includes(note.attributes['w:type'])) notes.set(id, note)
  })
  return notes
}

function property(parts: DocumentParts, name: string): string | null {
  const element = parts.core.find(each => each.name === name)
  const text = element === undefined ? '' : textOf(element).replace(/\s+/g, ' ').trim()
  return text === '' ? null : text
}

function commonest(counts: ReadonlyMap<string, number>): string | null {
  const [first] = [...counts].sort(([, one], [, other]) => other - one)
  return first?.[0] ?? null
}

/** What a reader of the document sees and this text cannot show, each in one sentence. */
function notices(tally: Tally, parts: DocumentParts): readonly string[] {
  const many = (count: number, one: string, more: string): string => (count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${more}`)
  return [
    tally.trackedChanges > 0 ? 'The document holds tracked changes: it was read as if all of them were accepted.' : '',
    tally.hiddenRuns > 0 ? 'Text that Word hides was left out.' : '',
    tally.pictures > 0 ? `Words inside ${many(tally.pictures, 'picture', 'pictures')} were not read.` : '',
    tally.charts > 0 ? `${many(tally.charts, 'chart or diagram was', 'charts or diagrams were')} left out.` : '',
    tally.formulas > 0 ? `${many(tally.formulas, 'formula was', 'formulas were')} written out in one line.` : '',
    tally.imported > 0 ? `${many(tally.imported, 'inserted file was', 'inserted files were')} left out: open the document in Word and save it again to include the text.` : '',
    tally.readingAids > 0 ? 'Reading aids above the characters (ruby) were left out.' : '',
    parts.hasComments ? 'Comments were left out.' : '',
  ].filter(sentence => sentence !== '')
}
