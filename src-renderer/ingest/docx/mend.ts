import type { Numbering } from './numbering'
import { alternatives, InlineReader, numberingOf, type NoteKind, type Piece, type Surroundings } from './pieces'
import { integer, outlineLevelOf, type NumberingReference } from './styles'
import { childOf, elementsOf, escapeXml, flagOf, valueOf, type XmlElement } from './xml'

/** A row of blocks that follow each other: the body, a cell, a note. */
export interface Flow {
  /** Contents of paragraphs whose mark was deleted, and drop caps: they belong to the paragraph that follows. */
  pending: Piece[]
}

export interface Mender {
  /** One block of the file as WordprocessingML that mammoth reads whole, in pieces that stand for themselves; none where nothing of it is shown. */
  readonly block: (element: XmlElement, flow: Flow) => readonly string[]
  /** What is left of a flow at its end. */
  readonly end: (flow: Flow) => readonly string[]
  readonly blocks: (elements: readonly XmlElement[]) => string
}

/** Longer tables reach mammoth in pieces, because it needs several kilobytes a cell. */
const tableRowsMax = 200

const groups = new Set(['w:customXml', 'w:ins', 'w:moveTo', 'w:sdtContent', 'w:smartTag'])

/**
 * Rewrites WordprocessingML into the plain part of it, so that nothing is lost or shown that should not be: mammoth drops
 * automatic numbers, formulas, simple fields, carriage returns and DrawingML text boxes, and keeps hidden text and
 * private-use codes of symbol fonts. Formatting goes too, which makes mammoth several times as fast.
 */
export function createMender(surroundings: Surroundings, numbering: Numbering): Mender {
  const { styles, tally } = surroundings
  const inlineReader = new InlineReader(surroundings)

  const block = (element: XmlElement, flow: Flow): readonly string[] => {
    if (element.name === 'w:p') return paragraph(element, flow)
    if (element.name === 'w:tbl') return [...end(flow), ...table(element)]
    if (element.name === 'w:sdt') return elementsOf(childOf(element, 'w:sdtContent')).flatMap((child) => block(child, flow))
    if (groups.has(element.name)) return elementsOf(element).flatMap((child) => block(child, flow))
    if (element.name === 'mc:AlternateContent') return alternatives(element).flatMap((child) => block(child, flow))
    if (element.name === 'w:altChunk') tally.imported += 1
    const isInline = element.name === 'w:r' || element.name.startsWith('m:oMath')
    return isInline ? paragraph({ name: 'w:p', attributes: {}, children: [element] }, flow) : []
  }

  const blocks = (elements: readonly XmlElement[]): string => {
    const flow: Flow = { pending: [] }
    return [...elements.flatMap((element) => block(element, flow)), ...end(flow)].join('')
  }

  const end = (flow: Flow): readonly string[] => {
    const { pending } = flow
    flow.pending = []
    return writeParagraph(null, '', pending)
  }

  const paragraph = (element: XmlElement, flow: Flow): readonly string[] => {
    const properties = childOf(element, 'w:pPr')
    const styleId = valueOf(properties, 'w:pStyle') ?? null
    const mark = childOf(properties, 'w:rPr')
    const inline = inlineReader.read(element, styleId)
    const boxes = inline.boxes.map((box) => blocks(elementsOf(box))).filter((box) => box !== '')
    // A drop cap is a paragraph of one letter before the one that it begins.
    const isDropCap = ['drop', 'margin'].includes(childOf(properties, 'w:framePr')?.attributes['w:dropCap'] ?? '')
    if (isDropCap || childOf(mark, 'w:del') !== undefined) {
      flow.pending.push(...inline.pieces)
      return boxes
    }
    const pieces = [...flow.pending, ...inline.pieces]
    flow.pending = []
    const gone = isBlank(pieces) && (childOf(mark, 'w:moveFrom') !== undefined || flagOf(mark, 'w:vanish') === true)
    const reference = gone ? null : numberingFor(properties, styleId)
    const label = reference === null ? '' : numbering.label(reference)
    const level = outlineLevelOf(properties) ?? styles.headingLevel(styleId) ?? 0
    const style = level > 0 ? `Level${level}` : styles.isTitle(styleId) ? 'Title' : reference === null ? null : 'Item'
    return [...writeParagraph(style, label, pieces), ...boxes]
  }

  const numberingFor = (properties: XmlElement | undefined, styleId: string | null): NumberingReference | null => {
    const own = numberingOf(properties)
    const byStyle = styles.numbering(styleId)
    const numId = own.numId ?? byStyle?.numId
    return numId === undefined || numId === '0' ? null : { numId, level: own.level ?? numbering.levelOfStyle(numId, styleId) ?? byStyle?.level ?? 0 }
  }

  const table = (element: XmlElement): readonly string[] => {
    const rows = gather(element, 'w:tr').filter((row) => {
      const properties = childOf(row, 'w:trPr')
      if (childOf(properties, 'w:del') !== undefined) tally.trackedChanges += 1
      return childOf(properties, 'w:del') === undefined && flagOf(properties, 'w:hidden') !== true
    })
    const written = rows.map((row) => `<w:tr>${gather(row, 'w:tc').map(cell).join('')}</w:tr>`)
    const tables: string[] = []
    for (let at = 0; at < written.length; at += tableRowsMax) tables.push(`<w:tbl>${written.slice(at, at + tableRowsMax).join('')}</w:tbl>`)
    return tables
  }

  const cell = (element: XmlElement): string => {
    const properties = childOf(element, 'w:tcPr')
    if (childOf(properties, 'w:cellDel') !== undefined) return ''
    const span = integer(valueOf(properties, 'w:gridSpan'))
    const merge = childOf(properties, 'w:vMerge')
    const kept = `${span === null ? '' : `<w:gridSpan w:val="${Math.min(Math.max(span, 1), 1_000)}"/>`}${
      merge === undefined ? '' : `<w:vMerge w:val="${merge.attributes['w:val'] === 'restart' ? 'restart' : 'continue'}"/>`}`
    return `<w:tc><w:tcPr>${kept}</w:tcPr>${blocks(elementsOf(element))}</w:tc>`
  }

  return { block, blocks, end }
}

/** Rows of a table or cells of a row, also where content controls or tracked changes wrap them. */
function gather(element: XmlElement, name: string): readonly XmlElement[] {
  return elementsOf(element).flatMap((child) => {
    if (child.name === name) return [child]
    return child.name === 'w:sdt' || groups.has(child.name) ? gather(child, name) : []
  })
}

const isBlank = (pieces: readonly Piece[]): boolean => pieces.every((piece) => (piece.kind === 'text' ? piece.text.trim() === '' : piece.kind === 'break'))

function writeParagraph(style: string | null, label: string, pieces: readonly Piece[]): readonly string[] {
  if (isBlank(pieces)) return []
  const properties = style === null ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`
  const first = label === '' ? '' : writePiece({ kind: 'text', text: `${label} ` })
  return [`<w:p>${properties}<w:r>${first}${joinTexts(pieces).map(writePiece).join('')}</w:r></w:p>`]
}

/** Texts that follow each other as one: Word cuts a sentence wherever its formatting or its spelling check does. */
function joinTexts(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = []
  let texts: string[] = []
  const close = (): void => {
    if (texts.length > 0) joined.push({ kind: 'text', text: texts.join('') })
    texts = []
  }
  for (const piece of pieces) {
    if (piece.kind === 'text') texts.push(piece.text)
    else {
      close()
      joined.push(piece)
    }
  }
  close()
  return joined
}

function writePiece(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return `<w:t xml:space="preserve">${escapeXml(piece.text)}</w:t>`
    case 'break':
      return '<w:br/>'
    case 'note':
      return `<w:${piece.note}Reference w:id="${escapeXml(piece.id)}"/>`
  }
}

export const noteElement = (note: NoteKind, id: string, contents: string): string => `<w:${note} w:id="${escapeXml(id)}">${contents}</w:${note}>`
