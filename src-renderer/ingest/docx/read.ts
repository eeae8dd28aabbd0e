import type { ParsedDocument } from '../../../src-main/contract/document'
import { FailureError } from '../../../src-main/contract/failure'
import { quoteName } from '../names'
import { openZip, type ZipArchive } from '../zip'
import { assemble } from './assemble'
import { convert, type Stretch } from './convert'
import type { FlowBlock, NoteCounter } from './html'
import { createMender, noteElement, type Flow, type Mender } from './mend'
import { createNumbering } from './numbering'
import { createTally, type NoteKind, type Tally } from './pieces'
import { readParts, type DocumentParts } from './parts'
import { readStyles } from './styles'
import { elementsOf, readChildren, textOf, tooComplex, type XmlElement } from './xml'

/** mammoth keeps several copies of what it reads: it gets a book in stretches of about this size. */
const stretchCharacters = 300_000
const propertyCharactersMax = 500
const notesMax = 20_000

/**
 * Reads a Word file, transitional or Strict; `alive` is called at least every few seconds.
 * Throws `FailureError` (damaged, too-large, too-complex, no-text, empty-file).
 */
export async function readWord(bytes: Uint8Array, fileName: string, alive: () => void = () => undefined): Promise<ParsedDocument> {
  const archive: ZipArchive = openZip(bytes, fileName)
  const parts = readParts(archive, fileName)
  const tally = createTally()
  const stretches = mendDocument(parts, tally, quoteName(fileName), alive)
  const flow: FlowBlock[] = []
  const counter: NoteCounter = { notes: 0 }
  for (const stretch of stretches) {
    alive()
    for (const block of await convert(stretch, counter)) flow.push(block)
  }
  if (flow.length === 0) throw withoutText(fileName, tally)
  const { units, blocks, outline } = assemble(flow)
  return {
    format: 'docx',
    title: property(parts, 'dc:title') ?? flow.find((block) => block.isTitle)?.text.replaceAll('\n', ' ') ?? null,
    author: property(parts, 'dc:creator'),
    language: languageTag(property(parts, 'dc:language')) ?? languageTag(commonest(tally.languages)),
    units,
    blocks,
    outline,
    notices: notices(tally, parts),
    cover: null,
  }
}

function withoutText(fileName: string, tally: Tally): FailureError {
  const who = quoteName(fileName)
  return tally.pictures > 0
    ? new FailureError('no-text', `${who} is a Word document that holds only pictures. Words inside pictures cannot be read.`)
    : new FailureError('empty-file', `${who} is a Word document without any text, so there is nothing to read.`)
}

function mendDocument(parts: DocumentParts, tally: Tally, who: string, alive: () => void): readonly Stretch[] {
  const notes: Notes = { footnote: collectNotes(parts.footnotes, 'footnote', who), endnote: collectNotes(parts.endnotes, 'endnote', who) }
  const styles = readStyles(parts.styles)
  const numbering = createNumbering(parts.numbering)
  const mender = createMender({ styles, tally, hasNote: (kind, id) => notes[kind].has(id) }, numbering)
  // Notes have no notes; and a field that one leaves open must not reach into the body.
  const noteMender = createMender({ styles, tally, hasNote: () => false }, numbering)
  const stretches: Stretch[] = []
  const flow: Flow = { pending: [] }
  let body: string[] = []
  let characters = 0
  const close = (): void => {
    const text = body.join('')
    if (text !== '') stretches.push({ body: text, ...mendNotes(text, notes, noteMender) })
    body = []
    characters = 0
  }
  const add = (piece: string): void => {
    body.push(piece)
    characters += piece.length
    if (characters < stretchCharacters) return
    close()
    alive()
  }
  readChildren(parts.document, 'w:body', who, (child) => { mender.block(child, flow).forEach(add) })
  mender.end(flow).forEach(add)
  close()
  return stretches
}

type Notes = Readonly<Record<NoteKind, ReadonlyMap<string, XmlElement>>>

function mendNotes(text: string, notes: Notes, mender: Mender): Omit<Stretch, 'body'> {
  const written = (kind: NoteKind): string => {
    const ids = new Set([...text.matchAll(new RegExp(`<w:${kind}Reference w:id="([^"]*)"/>`, 'g'))].map((match) => match[1] ?? ''))
    return [...ids].map((id) => noteElement(kind, id, mender.blocks(elementsOf(notes[kind].get(id))))).join('')
  }
  return { footnotes: written('footnote'), endnotes: written('endnote') }
}

function collectNotes(part: Uint8Array | null, kind: NoteKind, who: string): ReadonlyMap<string, XmlElement> {
  const notes = new Map<string, XmlElement>()
  if (part === null) return notes
  readChildren(part, `w:${kind}s`, who, (note) => {
    const id = note.attributes['w:id']
    // Separators are notes in form only.
    if (id !== undefined && ['normal', undefined].includes(note.attributes['w:type'])) notes.set(id, note)
    if (notes.size > notesMax) throw tooComplex(who, `has more than ${notesMax.toLocaleString('en')} notes`)
  })
  return notes
}

function property(parts: DocumentParts, name: string): string | null {
  const element = parts.core.find((each) => each.name === name)
  const text = element === undefined ? '' : textOf(element).replace(/\s+/g, ' ').trim().slice(0, propertyCharactersMax)
  return text === '' ? null : text
}

const languageTag = (tag: string | null): string | null => (tag !== null && /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(tag) ? tag : null)

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
  ].filter((sentence) => sentence !== '')
}
