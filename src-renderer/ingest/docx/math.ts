import { childOf, elementsOf, textOf, type XmlElement } from './xml'

type Rule = (element: XmlElement) => string

const property = (element: XmlElement, group: string, name: string): string | undefined => childOf(childOf(element, group), name)?.attributes['m:val']
const part = (element: XmlElement, name: string): string => linear(childOf(element, name))
const tight = (text: string): string => ([...text].length <= 1 || /^[\p{L}\p{N}]+$/u.test(text) ? text : `(${text})`)

/** Office Math objects (ECMA-376 Part 1, 22.1.2) in the linear form people type: a/b, x^2, √(x). */
const rules: Readonly<Record<string, Rule>> = {
  'm:f': (element) => `${tight(part(element, 'm:num'))}/${tight(part(element, 'm:den'))}`,
  'm:sSup': (element) => `${part(element, 'm:e')}^${tight(part(element, 'm:sup'))}`,
  'm:sSub': (element) => `${part(element, 'm:e')}_${tight(part(element, 'm:sub'))}`,
  'm:sSubSup': (element) => `${part(element, 'm:e')}_${tight(part(element, 'm:sub'))}^${tight(part(element, 'm:sup'))}`,
  'm:sPre': (element) => `_${tight(part(element, 'm:sub'))}^${tight(part(element, 'm:sup'))}${part(element, 'm:e')}`,
  'm:rad': (element) => `${part(element, 'm:deg')}√${tight(part(element, 'm:e'))}`,
  'm:d': (element) => {
    const separator = property(element, 'm:dPr', 'm:sepChr') ?? '|'
    const inner = elementsOf(element).filter((child) => child.name === 'm:e').map(linear).join(separator)
    return `${property(element, 'm:dPr', 'm:begChr') ?? '('}${inner}${property(element, 'm:dPr', 'm:endChr') ?? ')'}`
  },
  'm:nary': (element) => {
    const lower = part(element, 'm:sub')
    const upper = part(element, 'm:sup')
    const limits = `${lower === '' ? '' : `_${tight(lower)}`}${upper === '' ? '' : `^${tight(upper)}`}`
    return `${property(element, 'm:naryPr', 'm:chr') ?? '∫'}${limits} ${part(element, 'm:e')}`
  },
  'm:func': (element) => `${part(element, 'm:fName')} ${part(element, 'm:e')}`,
  'm:limLow': (element) => `${part(element, 'm:e')}_${tight(part(element, 'm:lim'))}`,
  'm:limUpp': (element) => `${part(element, 'm:e')}^${tight(part(element, 'm:lim'))}`,
  'm:acc': (element) => `${part(element, 'm:e')}${property(element, 'm:accPr', 'm:chr') ?? '\u0302'}`,
  'm:m': (element) => `[${elementsOf(element).filter((child) => child.name === 'm:mr').map((row) => elementsOf(row).map(linear).join(', ')).join('; ')}]`,
  'm:eqArr': (element) => elementsOf(element).filter((child) => child.name === 'm:e').map(linear).join('; '),
  'm:t': textOf,
}

/** Formatting of a formula; holds no words of it. */
const isProperties = (name: string): boolean => /Pr$/.test(name) || name === 'w:rPr'

/** A formula as one line of text; objects without a rule give the text of their parts. */
export function linear(element: XmlElement | undefined): string {
  if (element === undefined) return ''
  const rule = rules[element.name]
  if (rule !== undefined) return rule(element)
  return elementsOf(element).filter((child) => !isProperties(child.name)).map(linear).join('')
}
