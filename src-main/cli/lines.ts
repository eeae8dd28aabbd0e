import { isPaginated } from '../contract/document'
import type { BlockText, DocumentDetail, DocumentSummary, Place, SearchResult, UnitText } from '../contract/library'
import type { ModelSummary } from '../contract/model'
import type { UnitRange } from '../contract/reading'
import { countUnits } from '../contract/unit-ranges'

const count = (value: number, one: string, many: string): string => `${value} ${value === 1 ? one : many}`

/** So much of an id tells documents apart, and is enough for every command. */
export const idCharacters = 12

/** Id, title, pages, characters, state: one line a document. */
export function documentLine(document: DocumentSummary): string {
  const units = isPaginated(document.format) ? count(document.units, 'page', 'pages') : count(document.units, 'section', 'sections')
  return [document.id.slice(0, idCharacters), document.title, units, count(document.characters, 'character', 'characters'), document.state].join('  ')
}

/** "page 12 (x)" or "2 Methods, paragraph 4". */
export function placeText({ page, pageLabel, section, paragraph }: Place): string {
  if (page !== null) return pageLabel !== null && pageLabel !== String(page) ? `page ${pageLabel} (${page} in the file)` : `page ${page}`
  const path = section.join(' › ')
  return paragraph === null ? path : `${path === '' ? '' : `${path}, `}paragraph ${paragraph}`
}

export function searchLines(result: SearchResult): string {
  let marked = ''
  let at = 0
  for (const [start, end] of result.matches) {
    marked += `${result.snippet.slice(at, start)}[${result.snippet.slice(start, end)}]`
    at = end
  }
  marked += result.snippet.slice(at)
  return `${result.document.slice(0, idCharacters)}  ${result.title}, ${placeText(result)}\n    ${marked.replace(/\s+/gu, ' ')}`
}

const labelOf = (label: string | null, page: number): string => (label !== null && label !== String(page) ? ` (${label})` : '')

export const pageLines = ({ unit, label, text }: UnitText): string => `[page ${unit + 1}${labelOf(label, unit + 1)}]\n${text}\n`

export const blockLines = ({ kind, level, text }: BlockText): string => (kind === 'heading' ? `${'#'.repeat(Math.max(1, level))} ${text}\n` : `${kind === 'list-item' ? '- ' : ''}${text}\n`)

export const outlineLines = ({ summary, outline }: DocumentDetail): readonly string[] =>
  outline.map(({ title, level, unit }) => `${'  '.repeat(Math.max(0, level - 1))}${title}${isPaginated(summary.format) ? `  ${unit + 1}` : ''}`)

export function detailLines({ summary }: DocumentDetail): readonly string[] {
  return [
    summary.title,
    ...(summary.author === null ? [] : [`Author: ${summary.author}`]),
    `Id: ${summary.id}`,
    `File: ${summary.path === '' ? summary.fileName : summary.path}`,
    documentLine(summary).split('  ').slice(2).join(', '),
    `Imported: ${summary.imported}`,
    ...summary.notices,
    ...(summary.failure === null ? [] : [summary.failure.message]),
  ]
}

/** "pages 1-212", "sections 3, 7-9", "no page". */
export function unitsText({ format }: Pick<DocumentSummary, 'format'>, ranges: readonly UnitRange[]): string {
  const [one, many] = isPaginated(format) ? ['page', 'pages'] : ['section', 'sections']
  if (ranges.length === 0) return `no ${one}`
  const texts = ranges.map(([first, last]) => (first === last ? String(first + 1) : `${first + 1}-${last + 1}`))
  return `${countUnits(ranges) === 1 ? one : many} ${texts.join(', ')}`
}

export function modelLine(model: ModelSummary): string {
  const { name, title, bytes, bytesExact, context, licence, installed, recommended } = model
  const size = `${bytesExact ? '' : 'about '}${sizeText(bytes)}`
  return [name, title, model.architecture, size, `${context} tokens`, licence, installed ? 'installed' : 'not installed', ...(recommended ? ['recommended'] : []), adviceText(model)].join('  ')
}

export const sizeText = (bytes: number): string => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`)

/** How a model goes with this computer, and why the recommended one is. */
export function adviceText({ advice, family }: Pick<ModelSummary, 'advice' | 'family'>): string {
  switch (advice.kind) {
    case 'too-little-memory':
      return `needs ${sizeText(advice.neededBytes)} of memory; this computer has ${sizeText(advice.haveBytes)} for models`
    case 'too-little-disk':
      return `needs ${sizeText(advice.neededBytes)} on the disk; ${sizeText(advice.freeBytes)} are free`
    case 'fits':
      return `${advice.tokens} tokens fit in memory${whyTexts[advice.why ?? 'none'](family)}`
  }
}

const whyTexts: Readonly<Record<'first-choice' | 'smaller-fits' | 'nothing-else-fits' | 'none', (family: string) => string>> = {
  'first-choice': (family) => `; ${family} is what Longleaf is made for`,
  'smaller-fits': (family) => `; the larger files of ${family} do not fit`,
  'nothing-else-fits': () => '; no larger model fits',
  none: () => '',
}
