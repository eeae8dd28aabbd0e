import { readFileSync } from 'node:fs'
import { testData } from './test-data'

/** A small document after a public bug report, with what must hold of it. */
export interface Case {
  readonly id: string
  readonly kind: string
  readonly file: string
  readonly commands: readonly string[]
  readonly expect: readonly Assertion[]
  readonly password?: string
}

/** One assertion; its keys are described in the README beside the cases. */
export type Assertion = Readonly<Record<string, unknown>>

/** What a run showed of a document; what is left out could not be observed. */
export interface Observation {
  readonly pages?: readonly string[]
  readonly labels?: readonly (string | null)[]
  readonly outline?: readonly (readonly [title: string, level: number])[]
  readonly state?: string | null
  readonly exit?: number
  /** What was printed on import: failures, notices. */
  readonly output?: string
  readonly pagesNeedingOcr?: readonly number[]
  readonly seconds?: number
  readonly search?: (query: string) => SearchObservation
}

export interface SearchObservation {
  readonly exit: number
  readonly hits: readonly { readonly page: number | null; readonly label: string | null; readonly snippet: string; readonly section: readonly string[] }[]
}

export const readCases = (pick: (each: Case) => boolean): readonly Case[] =>
  readFileSync(testData('cases', 'cases.jsonl'), 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Case).filter(pick)

export const caseFile = (file: string): string => testData('cases', 'files', file)

const bidi = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g

function normal(text: string, assertion: Assertion): string {
  const form = typeof assertion['normalise'] === 'string' ? assertion['normalise'] : 'NFC'
  return text.normalize(form).replace(bidi, '').replace(/\s+/g, assertion['ignore_spaces'] === true ? '' : ' ')
}

/** Python's inline flag and its \U escapes aside, the patterns are JavaScript's too. */
const pattern = (source: string): RegExp => source.startsWith('(?i)') ? new RegExp(source.slice(4), 'iu') : new RegExp(source, 'u')

const text = (value: unknown): string => String(value)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const and = (values: readonly (boolean | null)[]): boolean | null => values.includes(false) ? false : values.includes(null) ? null : true

/** True or false where an assertion could be checked, null where it could not. */
export function holds(assertion: Assertion, seen: Observation): boolean | null {
  if (assertion['any'] !== undefined) {
    const values = (assertion['any'] as readonly Assertion[]).map((each) => holds(each, seen))
    return values.includes(true) ? true : values.includes(null) ? null : false
  }
  if (assertion['all'] !== undefined) return and((assertion['all'] as readonly Assertion[]).map((each) => holds(each, seen)))
  if (assertion['search'] !== undefined) return seen.search === undefined ? null : searchHolds(assertion, seen.search(text(assertion['search'])))
  if (assertion['ask'] !== undefined || assertion['import_nr'] !== undefined) return null
  return and(Object.entries(assertion).map(([key, value]) => keyHolds(key, value, assertion, seen)))
}

function keyHolds(key: string, value: unknown, assertion: Assertion, seen: Observation): boolean | null {
  const all = seen.pages === undefined ? null : typeof assertion['page'] === 'number' ? seen.pages[assertion['page'] - 1] ?? '' : seen.pages.join('\n\f')
  const ifText = (check: (all: string) => boolean): boolean | null => all === null ? null : check(all)
  const known = <T>(observed: T | undefined, check: (observed: T) => boolean): boolean | null => observed === undefined ? null : check(observed)
  const matches = (all: string): boolean => pattern(text(value)).test(text(value).includes('\\n') ? all : normal(all, {}))
  switch (key) {
    case 'text_contains': case 'contains': return ifText((all) => normal(all, assertion).includes(normal(text(value), assertion)))
    case 'text_not_contains': case 'not_contains': return ifText((all) => !normal(all, assertion).includes(normal(text(value), assertion)))
    case 'text_matches': case 'matches': return ifText(matches)
    case 'text_not_matches': case 'not_matches': return ifText((all) => !matches(all))
    case 'order': return ifText((all) => inOrder(normal(all, assertion), (value as readonly string[]).map((each) => normal(each, assertion))))
    case 'count': return ifText((all) => normal(all, assertion).split(normal(text(value), assertion)).length - 1 === assertion['n'])
    case 'text_no_lone_surrogates': return ifText((all) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(all))
    case 'page_count': return known(seen.pages, (pages) => pages.length === value)
    case 'page_labels': return known(seen.labels, (labels) => same(labels, value))
    case 'exit': return known(seen.exit, (exit) => exit === value)
    case 'state': return known(seen.state, (state) => state === value)
    case 'state_not': return known(seen.state, (state) => state !== value)
    case 'state_in': return known(seen.state, (state) => (value as readonly unknown[]).includes(state))
    case 'output_matches': case 'warning_matches': return known(seen.output, (output) => pattern(text(value)).test(output))
    case 'output_not_matches': return known(seen.output, (output) => !pattern(text(value)).test(output))
    case 'outline_matches': return known(seen.outline, (outline) => pattern(text(value)).test(outline.map(([title]) => title).join('\n')))
    case 'outline_levels': return known(seen.outline, (outline) => same(levels(outline, assertion['strip_numbers'] === true), value))
    case 'pages_needing_ocr': return known(seen.pagesNeedingOcr, (pages) => same(pages, value))
    case 'max_seconds': return known(seen.seconds, (seconds) => seconds <= Number(value))
    case 'n': case 'page': case 'note': case 'normalise': case 'ignore_spaces': case 'strip_numbers': case 'optional': return true
    default: return null
  }
}

function inOrder(all: string, parts: readonly string[]): boolean {
  let from = 0
  return parts.every((part) => {
    const at = all.indexOf(part, from)
    from = at + 1
    return at >= 0
  })
}

function levels(outline: readonly (readonly [string, number])[], stripNumbers: boolean): readonly (readonly [string, number])[] {
  const top = Math.min(...outline.map(([, level]) => level), Infinity)
  return outline.map(([title, level]) => [stripNumbers ? title.replace(/^[\d.()a-z]{1,6}\s+/, '') : title, level - top + 1])
}

function searchHolds(assertion: Assertion, seen: SearchObservation): boolean | null {
  const pages = [...new Set(seen.hits.flatMap((hit) => hit.page === null ? [] : [hit.page]))].sort((a, b) => a - b)
  const value = and(Object.entries(assertion).map(([key, value]): boolean | null => {
    switch (key) {
      case 'exit': return seen.exit === value
      case 'exit_in': return (value as readonly unknown[]).includes(seen.exit)
      case 'hits': return seen.hits.length === value
      case 'min_hits': return seen.hits.length >= Number(value)
      case 'hits_pages': return same(pages, value)
      case 'hits_pages_any': return pages.length > 0 && pages.every((page) => (value as readonly number[]).includes(page))
      case 'hits_include': return (value as readonly number[]).every((page) => pages.includes(page))
      case 'first_hit_page': return seen.hits[0]?.page === value
      case 'hit_label': return seen.hits.length > 0 && seen.hits.every((hit) => hit.label === null || hit.label === value)
      case 'snippet_contains': return seen.hits[0]?.snippet.includes(text(value)) ?? false
      case 'hit_section_contains': return seen.hits[0]?.section.some((each) => each.includes(text(value))) ?? false
      case 'hits_not_error': return seen.exit === 0
      default: return true
    }
  }))
  return assertion['optional'] === true && value === false ? null : value
}
