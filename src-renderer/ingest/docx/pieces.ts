import { linear } from './math'
import { fontOf, integer, readLanguages, type Languages, type Styles } from './styles'
import { symbolCharacter, withRealSymbols } from './symbols'
import { childOf, elementsOf, flagOf, valueOf, type XmlElement } from './xml'

export type NoteKind = 'footnote' | 'endnote'

/** A paragraph's contents without its formatting. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'note'; readonly note: NoteKind; readonly id: string }

/** What was met on the way that the text cannot show. */
export interface Tally {
  pictures: number
  charts: number
  formulas: number
  imported: number
  readingAids: number
  comments: number
  trackedChanges: number
  hiddenRuns: number
  /** Characters by language tag, for the document's language. */
  readonly languages: Map<string, number>
}

export const createTally = (): Tally =>
  ({ pictures: 0, charts: 0, formulas: 0, imported: 0, readingAids: 0, comments: 0, trackedChanges: 0, hiddenRuns: 0, languages: new Map() })

export interface Surroundings {
  readonly styles: Styles
  readonly tally: Tally
  readonly hasNote: (note: NoteKind, id: string) => boolean
}

export interface Inline {
  readonly pieces: Piece[]
  /** Contents of text boxes anchored in the paragraph, each once. */
  readonly boxes: XmlElement[]
}

/** What a run's properties say about its text. */
interface RunLook {
  readonly font: string | null
  readonly style: string | null
  readonly languages: Languages
}

type FieldPhase = 'instruction' | 'result'

/** Elements that only group: their contents are read in their place. */
const groups = new Set([
  'w:hyperlink', 'w:ins', 'w:moveTo', 'w:smartTag', 'w:customXml', 'w:sdt', 'w:sdtContent', 'w:fldSimple', 'w:dir', 'w:bdo', 'w:rubyBase',
])

/**
 * Reads the inline contents of paragraphs in reading order. Fields may begin in one paragraph and end in another, so one
 * reader serves a whole part.
 */
export class InlineReader {
  private readonly fields: FieldPhase[] = []

  constructor(private readonly around: Surroundings) {}

  read(paragraph: XmlElement, paragraphStyle: string | null): Inline {
    const into: Inline = { pieces: [], boxes: [] }
    this.readGroup(paragraph, paragraphStyle, into)
    // An instruction never outlasts its paragraph; a field that a damaged file left open must not swallow what follows.
    while (this.fields.at(-1) === 'instruction') this.fields.pop()
    return into
  }

  private readGroup(element: XmlElement, style: string | null, into: Inline): void {
    for (const child of elementsOf(element)) this.readInline(child, style, into)
  }

  private readInline(element: XmlElement, style: string | null, into: Inline): void {
    const { tally } = this.around
    if (element.name === 'w:r') this.readRun(element, style, into)
    else if (element.name === 'w:del' || element.name === 'w:moveFrom') tally.trackedChanges += 1
    else if (element.name === 'm:oMath' || element.name === 'm:oMathPara') readFormulas(element, into, tally)
    else if (element.name === 'mc:AlternateContent') alternatives(element).forEach((child) => { this.readInline(child, style, into) })
    else if (groups.has(element.name)) {
      if (element.name === 'w:ins') tally.trackedChanges += 1
      this.readGroup(element, style, into)
    }
  }

  private readRun(run: XmlElement, style: string | null, into: Inline): void {
    const { styles, tally } = this.around
    const properties = childOf(run, 'w:rPr')
    const characterStyle = valueOf(properties, 'w:rStyle') ?? null
    const hidden = flagOf(properties, 'w:vanish') ?? styles.hidden(style, characterStyle)
    const font = fontOf(properties) ?? styles.font(style, characterStyle)
    if (hidden && childOf(run, 'w:t') !== undefined) tally.hiddenRuns += 1
    for (const child of elementsOf(run)) {
      if (child.name === 'w:fldChar') this.readFieldMark(child, into)
      else if (!hidden && !this.fields.includes('instruction')) this.readRunChild(child, { font, style, languages: readLanguages(childOf(properties, 'w:lang')) }, into)
    }
  }

  private readFieldMark(mark: XmlElement, into: Inline): void {
    const { fields } = this
    const type = mark.attributes['w:fldCharType']
    if (type === 'begin') {
      const box = childOf(childOf(mark, 'w:ffData'), 'w:checkBox')
      if (box !== undefined) into.pieces.push({ kind: 'text', text: (flagOf(box, 'w:checked') ?? flagOf(box, 'w:default')) === true ? '☑' : '☐' })
      fields.push('instruction')
    } else if (type === 'separate' && fields.length > 0) fields[fields.length - 1] = 'result'
    else if (type === 'end') fields.pop()
  }

  private readRunChild(child: XmlElement, look: RunLook, into: Inline): void {
    const text = this.textOf(child, look)
    if (text !== null) {
      if (text !== '') into.pieces.push({ kind: 'text', text })
      return
    }
    switch (child.name) {
      case 'w:br':
      case 'w:cr':
        into.pieces.push({ kind: 'break' })
        return
      case 'w:footnoteReference':
      case 'w:endnoteReference': {
        const note: NoteKind = child.name === 'w:footnoteReference' ? 'footnote' : 'endnote'
        const id = child.attributes['w:id'] ?? ''
        if (this.around.hasNote(note, id)) into.pieces.push({ kind: 'note', note, id })
        return
      }
      case 'w:ruby':
        this.around.tally.readingAids += 1
        this.readGroup(childOf(child, 'w:rubyBase') ?? child, look.style, into)
        return
      case 'mc:AlternateContent':
        alternatives(child).forEach((inner) => { this.readRunChild(inner, look, into) })
        return
      case 'w:drawing':
      case 'w:pict':
      case 'w:object':
        this.readDrawing(child, into)
    }
  }

  /** The text of a run's child; null where it has none of its own. */
  private textOf(child: XmlElement, { font, languages }: RunLook): string | null {
    switch (child.name) {
      case 'w:t': {
        const text = withRealSymbols(child.children.filter((part) => typeof part === 'string').join('').replace(/[\t\r\n]+/g, ' '), font)
        this.countLanguage(text, languages)
        return text
      }
      case 'w:tab':
      case 'w:ptab':
        return '\t'
      case 'w:noBreakHyphen':
        return '-'
      case 'w:softHyphen':
        return ''
      case 'w:sym':
        return symbolCharacter(child.attributes['w:font'] ?? null, Number.parseInt(child.attributes['w:char'] ?? '', 16)) ?? ''
      default:
        return null
    }
  }

  private countLanguage(text: string, own: Languages): void {
    const { styles, tally } = this.around
    const script: keyof Languages = /[\u0590-\u08ff]/.test(text) ? 'bidi' : /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(text) ? 'eastAsia' : 'latin'
    const language = own[script] ?? styles.languages[script]
    if (language !== null) tally.languages.set(language, (tally.languages.get(language) ?? 0) + text.length)
  }

  private readDrawing(element: XmlElement, into: Inline): void {
    const { tally } = this.around
    for (const child of elementsOf(element)) {
      if (child.name === 'w:txbxContent') into.boxes.push(child)
      else if (child.name === 'mc:AlternateContent') this.readDrawing({ ...child, children: [...alternatives(child)] }, into)
      else {
        const drawnText = child.name === 'v:textpath' ? child.attributes['string'] ?? '' : ''
        if (drawnText !== '') into.pieces.push({ kind: 'text', text: drawnText })
        if (child.name === 'pic:pic' || child.name === 'v:imagedata') tally.pictures += 1
        if (child.name === 'c:chart' || child.name === 'dgm:relIds') tally.charts += 1
        this.readDrawing(child, into)
      }
    }
  }
}

function readFormulas(element: XmlElement, into: Inline, tally: Tally): void {
  if (element.name === 'm:oMath') {
    tally.formulas += 1
    into.pieces.push({ kind: 'text', text: linear(element) })
    return
  }
  elementsOf(element).filter((child) => child.name === 'm:oMath').forEach((child, index) => {
    if (index > 0) into.pieces.push({ kind: 'break' })
    readFormulas(child, into, tally)
  })
}

/** The first choice, which newer programs write, else the fallback: both say the same. */
export const alternatives = (element: XmlElement): readonly XmlElement[] => elementsOf(childOf(element, 'mc:Choice') ?? childOf(element, 'mc:Fallback'))

export const numberingOf = (properties: XmlElement | undefined): { readonly numId: string | null; readonly level: number | null } => {
  const own = childOf(properties, 'w:numPr')
  return { numId: valueOf(own, 'w:numId') ?? null, level: integer(valueOf(own, 'w:ilvl')) }
}
