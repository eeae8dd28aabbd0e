import { childOf, flagOf, valueOf, type XmlElement } from './xml'

export interface NumberingReference {
  readonly numId: string
  readonly level: number
}

/** What of a style decides which words are shown and what they are. */
interface Style {
  readonly type: string
  readonly name: string
  readonly basedOn: string | null
  readonly vanish: boolean | null
  readonly font: string | null
  readonly outlineLevel: number | null
  readonly numId: string | null
  readonly numberingLevel: number | null
}

export interface Styles {
  /** Heading level from 1 that a paragraph style gives; null for none. */
  readonly headingLevel: (styleId: string | null) => number | null
  readonly isTitle: (styleId: string | null) => boolean
  readonly numbering: (styleId: string | null) => NumberingReference | null
  /** Font of a run, from its character style, else its paragraph's; null where neither says. */
  readonly font: (paragraphStyle: string | null, characterStyle: string | null) => string | null
  /** Whether styles hide a run. */
  readonly hidden: (paragraphStyle: string | null, characterStyle: string | null) => boolean
  /** Language of the document's text by script: Latin, East Asian, right to left. */
  readonly languages: Languages
}

export interface Languages {
  readonly latin: string | null
  readonly eastAsia: string | null
  readonly bidi: string | null
}

export const fontOf = (properties: XmlElement | undefined): string | null => {
  const fonts = childOf(properties, 'w:rFonts')?.attributes
  return fonts?.['w:ascii'] ?? fonts?.['w:hAnsi'] ?? null
}

/** Reads `styles.xml`; style chains are cut at 32 links, which also ends cycles. */
export function readStyles(part: readonly XmlElement[]): Styles {
  const styles = new Map<string, Style>()
  const defaults: Record<string, string> = {}
  for (const element of part) {
    const id = element.attributes['w:styleId']
    if (element.name !== 'w:style' || id === undefined) continue
    const style = readStyle(element)
    styles.set(id, style)
    if (flagAttribute(element.attributes['w:default'])) defaults[style.type] = id
  }
  const inherit = <T>(id: string | null, pick: (style: Style) => T | null): T | null => {
    let at = id
    for (let link = 0; link < 32 && at !== null; link += 1) {
      const style: Style | undefined = styles.get(at)
      if (style === undefined) return null
      const value = pick(style)
      if (value !== null) return value
      at = style.basedOn
    }
    return null
  }
  const paragraph = (id: string | null): string | null => id ?? defaults['paragraph'] ?? null
  const defaultRun = childOf(childOf(part.find((element) => element.name === 'w:docDefaults'), 'w:rPrDefault'), 'w:rPr')
  return {
    headingLevel: (id) => inherit(paragraph(id), (style) => style.outlineLevel ?? levelByName(style.name)),
    isTitle: (id) => inherit(id, (style) => (style.name.toLowerCase() === 'title' ? true : null)) === true,
    numbering: (id) => {
      const numId = inherit(paragraph(id), (style) => style.numId)
      return numId === null || numId === '0' ? null : { numId, level: inherit(paragraph(id), (style) => style.numberingLevel) ?? 0 }
    },
    font: (paragraphStyle, characterStyle) => inherit(characterStyle, (style) => style.font) ?? inherit(paragraph(paragraphStyle), (style) => style.font),
    // Hidden is a toggle: paragraph and character style together cancel out (17.7.3 of ECMA-376 Part 1).
    hidden: (paragraphStyle, characterStyle) =>
      flagOf(defaultRun, 'w:vanish') === true
      || (inherit(paragraph(paragraphStyle), (style) => style.vanish) === true) !== (inherit(characterStyle, (style) => style.vanish) === true),
    languages: readLanguages(childOf(defaultRun, 'w:lang')),
  }
}

function readStyle(element: XmlElement): Style {
  const run = childOf(element, 'w:rPr')
  const paragraph = childOf(element, 'w:pPr')
  const numbering = childOf(paragraph, 'w:numPr')
  return {
    type: element.attributes['w:type'] ?? 'paragraph',
    name: valueOf(element, 'w:name') ?? '',
    basedOn: valueOf(element, 'w:basedOn') ?? null,
    vanish: flagOf(run, 'w:vanish'),
    font: fontOf(run),
    outlineLevel: outlineLevelOf(paragraph),
    numId: valueOf(numbering, 'w:numId') ?? null,
    numberingLevel: integer(valueOf(numbering, 'w:ilvl')),
  }
}

/** Heading level from 1 out of `w:outlineLvl` (0-8; 9 means body text); null where it is not there. */
export function outlineLevelOf(paragraph: XmlElement | undefined): number | null {
  const level = integer(valueOf(paragraph, 'w:outlineLvl'))
  return level === null ? null : level <= 8 ? level + 1 : 0
}

const levelByName = (name: string): number | null => {
  const level = /^heading ([1-9])$/i.exec(name)?.[1]
  return level === undefined ? null : Number(level)
}

export const readLanguages = (lang: XmlElement | undefined): Languages => ({
  latin: lang?.attributes['w:val'] ?? null,
  eastAsia: lang?.attributes['w:eastAsia'] ?? null,
  bidi: lang?.attributes['w:bidi'] ?? null,
})

const flagAttribute = (value: string | undefined): boolean => value === '1' || value === 'true' || value === 'on'

export const integer = (value: string | undefined): number | null => (value !== undefined && /^-?\d+$/.test(value) ? Number(value) : null)
