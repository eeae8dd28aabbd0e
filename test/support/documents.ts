import type { DocumentFormat, ParsedBlock, ParsedUnit, Passage, SegmentedDocument, Sentence } from '../../src-main/contract/document'
import { packRuns } from '../../src-main/contract/runs'
import type { Library, NewDocument } from '../../src-main/library/library'
import { createHash } from 'node:crypto'

export interface Built {
  readonly file: NewDocument
  readonly units: readonly ParsedUnit[]
  readonly document: Omit<SegmentedDocument, 'units'>
}

export interface BuildOptions {
  readonly name?: string
  readonly format?: DocumentFormat
  readonly title?: string | null
  readonly labels?: readonly (string | null)[]
  readonly path?: readonly string[]
  readonly furniture?: string
  /** A sentence that is not ended by a full stop at the end of a unit goes on in the next. */
  readonly joinsUnits?: boolean
}

const sentenceEnd = /[.!?]["”]?(?:\s|$)|。/g

/** A document of the given units, cut into blocks at blank lines and into sentences at full stops: a plain stand-in for the readers. */
export function buildDocument(texts: readonly string[], options: BuildOptions = {}): Built {
  const units = texts.map((text, index) => buildUnit(text, options.labels?.[index] ?? null, options.furniture ?? ''))
  const path = options.path ?? []
  const blocks: ParsedBlock[] = []
  const sentences: Sentence[] = []
  texts.forEach((text, unit) => {
    let paragraph = 0
    for (const [start, end] of stretches(text, /\n\s*\n/g)) {
      const last = sentences.at(-1)
      const goesOn = options.joinsUnits === true && start === 0 && last !== undefined && last.end.unit === unit - 1 && !/[.!?。]$/.test(texts[unit - 1]?.trimEnd() ?? '')
      paragraph += 1
      if (!goesOn) blocks.push({ kind: 'paragraph', level: 0, path, paragraph, start: { unit, offset: start }, end: { unit, offset: end } })
      stretches(text.slice(0, end), sentenceEnd, start).forEach(([from, to], index) => {
        if (goesOn && index === 0 && last !== undefined) sentences[sentences.length - 1] = { ...last, end: { unit, offset: to } }
        else sentences.push({ block: blocks.length - 1, start: { unit, offset: from }, end: { unit, offset: to } })
      })
    }
  })
  const name = options.name ?? 'book.pdf'
  const hash = createHash('sha256').update(`${name}\n${texts.join('\f')}`).digest('hex')
  return {
    file: { hash, fileName: name, path: `/home/reader/${name}`, bytes: texts.join('').length },
    units,
    document: {
      format: options.format ?? 'pdf', title: options.title ?? null, author: null, language: null, blocks, outline: [], notices: [], cover: null,
      sentences, passages: buildPassages(sentences, path),
    },
  }
}

function buildPassages(sentences: readonly Sentence[], path: readonly string[]): readonly Passage[] {
  const size = 4
  return Array.from({ length: Math.ceil(sentences.length / size) }, (_, index) => ({
    first: index * size, last: Math.min(sentences.length, (index + 1) * size) - 1, tokens: 140, path,
  }))
}

function stretches(text: string, boundary: RegExp, from = 0): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  let start = from
  for (const match of text.matchAll(boundary)) {
    if (match.index < start) continue
    const end = match[0].startsWith('\n') ? match.index : match.index + match[0].trimEnd().length
    if (end > start) found.push([start, end])
    start = match.index + match[0].length
  }
  if (text.slice(start).trim() !== '') found.push([start, text.trimEnd().length])
  return found
}

/** A page of lines of 80 characters, each a run. */
function buildUnit(text: string, label: string | null, furniture: string): ParsedUnit {
  const lines = Array.from({ length: Math.ceil(text.length / 80) }, (_, line) => ({
    start: line * 80, end: Math.min(text.length, (line + 1) * 80), x: 72, y: 72 + 14 * line, width: 400, height: 12, direction: 'ltr' as const,
  }))
  return { text, label, furniture, width: 595, height: 842, rotation: 0, runs: packRuns(lines), problem: null }
}

let job = 0

/** Stores a built document as an import does. */
export async function store(library: Library, { file, units, document }: Built) {
  job += 1
  const half = Math.ceil(units.length / 2)
  await library.addUnits(job, units.slice(0, half))
  await library.addUnits(job, units.slice(half))
  return library.finish(job, file, document, { state: 'ready', failure: null })
}
