import { Parser } from 'htmlparser2'
import { FailureError } from '../../../src-main/contract/failure'

export interface XmlElement {
  /** With the canonical prefix of its namespace, whatever the file calls it; `other:` where the namespace is not known. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
}

export type XmlNode = XmlElement | string

/** What one part may ask for; far above honest books, far below what stalls a computer. */
export interface XmlCaps {
  readonly depthMax: number
  readonly elementsMax: number
  /** Of one child of the container: what is in memory at once. */
  readonly childElementsMax: number
  readonly attributesMax: number
  readonly paragraphsMax: number
}

const documentXmlCaps: XmlCaps = { depthMax: 256, elementsMax: 4_000_000, childElementsMax: 1_500_000, attributesMax: 500, paragraphsMax: 300_000 }

/** A table of more rows is handed over in pieces. */
const rowsMax = 200

/** Canonical prefixes; Strict documents (ISO/IEC 29500-1) use other names for the same things. */
const prefixes: Readonly<Record<string, string>> = {
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main': 'w',
  'http://purl.oclc.org/ooxml/wordprocessingml/main': 'w',
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships': 'r',
  'http://purl.oclc.org/ooxml/officeDocument/relationships': 'r',
  'http://schemas.openxmlformats.org/officeDocument/2006/math': 'm',
  'http://purl.oclc.org/ooxml/officeDocument/math': 'm',
  'http://schemas.openxmlformats.org/markup-compatibility/2006': 'mc',
  'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing': 'wp',
  'http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing': 'wp',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingShape': 'wps',
  'http://schemas.openxmlformats.org/drawingml/2006/main': 'a',
  'http://purl.oclc.org/ooxml/drawingml/main': 'a',
  'http://schemas.openxmlformats.org/drawingml/2006/picture': 'pic',
  'http://purl.oclc.org/ooxml/drawingml/picture': 'pic',
  'http://schemas.openxmlformats.org/drawingml/2006/chart': 'c',
  'http://purl.oclc.org/ooxml/drawingml/chart': 'c',
  'http://schemas.openxmlformats.org/drawingml/2006/diagram': 'dgm',
  'http://purl.oclc.org/ooxml/drawingml/diagram': 'dgm',
  'urn:schemas-microsoft-com:vml': 'v',
  'urn:schemas-microsoft-com:office:office': 'o',
  'http://schemas.openxmlformats.org/package/2006/relationships': 'rel',
  'http://schemas.openxmlformats.org/package/2006/content-types': 'ct',
  'http://schemas.openxmlformats.org/package/2006/metadata/core-properties': 'cp',
  'http://purl.org/dc/elements/1.1/': 'dc',
}

/** Text of an XML part: UTF-8, or UTF-16 with a byte order mark. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

/**
 * Reads a part and hands over each child of `container` as soon as it is complete, and long tables in pieces, so that
 * little of it is in memory. Entities that the part itself declares are never expanded: a document type declaration is
 * refused, as is what goes beyond the caps.
 */
export function readChildren(bytes: Uint8Array, container: string, who: string, onChild: (child: XmlElement) => void, caps: XmlCaps = documentXmlCaps): void {
  const names = createNames()
  const count = createCounter(who, caps)
  const open: XmlElement[] = []
  let inside = -1
  let depth = 0
  const parser = new Parser({
    onattribute: count.attribute,
    onopentag(rawName, rawAttributes) {
      const { name, attributes } = names.enter(rawName, rawAttributes)
      depth += 1
      count.element(name, depth)
      if (inside === -1) {
        if (name === container) inside = depth
        return
      }
      const element: XmlElement = { name, attributes, children: [] }
      open.at(-1)?.children.push(element)
      open.push(element)
    },
    ontext(text) {
      const parent = open.at(-1)
      if (parent === undefined) return
      // The parser cuts text at entities and buffer edges; one node per stretch keeps the tree small.
      const last = parent.children.length - 1
      const before = parent.children[last]
      if (typeof before === 'string') parent.children[last] = before + text
      else parent.children.push(text)
    },
    onclosetag() {
      const element = open.pop()
      if (depth === inside) inside = -2
      depth -= 1
      names.leave()
      const [child] = open
      const isLongTable = open.length === 1 && child?.name === 'w:tbl' && child.children.length >= rowsMax
      if (element !== undefined && open.length === 0) onChild(element)
      else if (isLongTable) onChild({ ...child, children: child.children.splice(0) })
      if (isLongTable || open.length === 0) count.childEnds()
    },
    onprocessinginstruction(name) {
      if (name.toLowerCase() === '!doctype') throw tooComplex(who, 'declares a document type, which Word files never do,')
    },
  }, { xmlMode: true, recognizeSelfClosing: true })
  parser.end(decodeXml(bytes))
}

interface Counter {
  readonly attribute: () => void
  readonly element: (name: string, depth: number) => void
  readonly childEnds: () => void
}

/** Throws as soon as a part goes beyond its caps. */
function createCounter(who: string, caps: XmlCaps): Counter {
  const much = (what: string, max: number): FailureError => tooComplex(who, `has ${what.replace('#', max.toLocaleString('en'))}`)
  let attributes = 0
  let elements = 0
  let childElements = 0
  let paragraphs = 0
  return {
    attribute() {
      attributes += 1
      if (attributes > caps.attributesMax) throw much('more than # attributes at one place', caps.attributesMax)
    },
    element(name, depth) {
      attributes = 0
      elements += 1
      childElements += 1
      if (name === 'w:p') paragraphs += 1
      if (depth > caps.depthMax) throw much('parts nested more than # deep', caps.depthMax)
      if (paragraphs > caps.paragraphsMax) throw much('more than # paragraphs', caps.paragraphsMax)
      if (elements > caps.elementsMax) throw much('more than # marks of formatting', caps.elementsMax)
      if (childElements > caps.childElementsMax) throw much('more than # marks of formatting in one place', caps.childElementsMax)
    },
    childEnds() {
      childElements = 0
    },
  }
}

/** A small part (styles, numbering, relationships) as the children of its root. */
export function readPart(bytes: Uint8Array | null, root: string, who: string): readonly XmlElement[] {
  const children: XmlElement[] = []
  if (bytes !== null) readChildren(bytes, root, who, (child) => { children.push(child) })
  return children
}

const noAttributes: Readonly<Record<string, string>> = {}

interface Named {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Resolves prefixes to canonical ones, by the declarations in scope. */
function createNames(): { readonly enter: (name: string, attributes: Record<string, string>) => Named; readonly leave: () => void } {
  let scope: Readonly<Record<string, string>> = {}
  let cache = new Map<string, string>()
  const outer: { readonly scope: typeof scope; readonly cache: typeof cache }[] = []
  const canonical = (raw: string, isAttribute: boolean): string => {
    const key = isAttribute ? `@${raw}` : raw
    const known = cache.get(key)
    if (known !== undefined) return known
    const colon = raw.indexOf(':')
    const local = raw.slice(colon + 1)
    const prefix = colon === -1 ? '' : raw.slice(0, colon)
    const name = isAttribute && prefix === '' ? local : `${scope[prefix] ?? 'other'}:${local}`
    cache.set(key, name)
    return name
  }
  return {
    enter(rawName, rawAttributes) {
      outer.push({ scope, cache })
      const keys = Object.keys(rawAttributes)
      const declared = keys.filter((key) => key === 'xmlns' || key.startsWith('xmlns:'))
      if (declared.length > 0) {
        scope = { ...scope, ...Object.fromEntries(declared.map((key) => [key.slice(6), prefixes[rawAttributes[key] ?? ''] ?? 'other'])) }
        cache = new Map()
      }
      if (keys.length === 0) return { name: canonical(rawName, false), attributes: noAttributes }
      const attributes: Record<string, string> = {}
      for (const key of keys) if (!declared.includes(key)) attributes[canonical(key, true)] = rawAttributes[key] ?? ''
      return { name: canonical(rawName, false), attributes }
    },
    leave() {
      const before = outer.pop()
      if (before !== undefined) ({ scope, cache } = before)
    },
  }
}

export const tooComplex = (who: string, what: string): FailureError =>
  new FailureError('too-complex', `${who} ${what}, as files do that are made to choke programs. It was not opened.`)

export const elementsOf = (parent: XmlElement | undefined): readonly XmlElement[] => (parent?.children ?? []).filter((child) => typeof child !== 'string')

export const childOf = (parent: XmlElement | undefined, name: string): XmlElement | undefined => {
  for (const child of parent?.children ?? []) if (typeof child !== 'string' && child.name === name) return child
  return undefined
}

/** The `w:val` of a child, where there is one. */
export const valueOf = (parent: XmlElement | undefined, name: string): string | undefined => childOf(parent, name)?.attributes['w:val']

export const textOf = (element: XmlElement): string => element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')

/** An on/off property: null where it is not there; present without a value means on (17.17.4 of ECMA-376 Part 1). */
export function flagOf(properties: XmlElement | undefined, name: string): boolean | null {
  const element = childOf(properties, name)
  if (element === undefined) return null
  return !['0', 'false', 'off'].includes(element.attributes['w:val'] ?? '1')
}

export const escapeXml = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
