/**
 * The little Markdown that a model's text may use: paragraphs, headings, lists, emphasis, code. Everything else (links,
 * images, HTML) stays the characters that it is. Every piece knows where it stands in the source, so that statements
 * and citations, which are ranges of the source, can be laid over it.
 */
export interface Inline {
  /** Half-open UTF-16 range of the source that `text` is. */
  readonly start: number
  readonly end: number
  readonly text: string
  readonly strong: boolean
  readonly emphasis: boolean
  readonly code: boolean
}

export interface Block {
  readonly kind: 'paragraph' | 'heading' | 'bullet' | 'numbered' | 'code'
  /** The number of a numbered item, as written. */
  readonly number: number | null
  /** Nesting of a list item, from 0. */
  readonly depth: number
  readonly start: number
  readonly end: number
  readonly inlines: readonly Inline[]
}

interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
}

const fence = /^\s{0,3}(`{3,}|~{3,})/
const heading = /^\s{0,3}#{1,6}\s+/
const bullet = /^(\s*)[-*+•]\s+(?=\S)/
const numbered = /^(\s*)(\d{1,4})[.)]\s+(?=\S)/
const depthMax = 3

function linesOf(source: string): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const text of source.split('\n')) {
    lines.push({ start, end: start + text.length, text })
    start += text.length + 1
  }
  return lines
}

export function parseMarkdown(source: string): readonly Block[] {
  const lines = linesOf(source)
  const blocks: Block[] = []
  let index = 0
  while (index < lines.length) {
    const line = lines[index]
    if (line === undefined) break
    if (line.text.trim() === '') index += 1
    else if (fence.test(line.text)) index = takeFence(lines, index, source, blocks)
    else index = takeText(lines, index, source, blocks)
  }
  return blocks
}

function takeFence(lines: readonly Line[], first: number, source: string, blocks: Block[]): number {
  const mark = fence.exec(lines[first]?.text ?? '')?.[1] ?? ''
  let last = first + 1
  while (last < lines.length && !(lines[last]?.text.trim().startsWith(mark) ?? false)) last += 1
  const start = lines[first + 1]?.start ?? source.length
  const end = lines[last - 1]?.end ?? source.length
  const inlines = end > start ? [{ start, end, text: source.slice(start, end), strong: false, emphasis: false, code: true }] : []
  blocks.push({ kind: 'code', number: null, depth: 0, start: lines[first]?.start ?? start, end: Math.max(end, lines[last]?.end ?? end), inlines })
  return last + 1
}

const startsBlock = (text: string): boolean => fence.test(text) || heading.test(text) || bullet.test(text) || numbered.test(text)

function takeText(lines: readonly Line[], first: number, source: string, blocks: Block[]): number {
  const line = lines[first]
  if (line === undefined) return first + 1
  const head = opening(line.text)
  let last = first + 1
  if (head.kind !== 'heading') while (last < lines.length && (lines[last]?.text.trim() ?? '') !== '' && !startsBlock(lines[last]?.text ?? '')) last += 1
  const start = line.start + head.skip
  const end = lines[last - 1]?.end ?? line.end
  blocks.push({ kind: head.kind, number: head.number, depth: head.depth, start: line.start, end, inlines: parseInlines(source, start, end) })
  return last
}

function opening(text: string): Pick<Block, 'kind' | 'number' | 'depth'> & { readonly skip: number } {
  const isHeading = heading.exec(text)
  if (isHeading !== null) return { kind: 'heading', number: null, depth: 0, skip: isHeading[0].length }
  const isBullet = bullet.exec(text)
  if (isBullet !== null) return { kind: 'bullet', number: null, depth: depthOf(isBullet[1] ?? ''), skip: isBullet[0].length }
  const isNumbered = numbered.exec(text)
  if (isNumbered !== null) return { kind: 'numbered', number: Number(isNumbered[2]), depth: depthOf(isNumbered[1] ?? ''), skip: isNumbered[0].length }
  return { kind: 'paragraph', number: null, depth: 0, skip: text.length - text.trimStart().length }
}

const depthOf = (indent: string): number => Math.min(Math.floor(indent.replaceAll('\t', '  ').length / 2), depthMax)

interface Style {
  readonly strong: boolean
  readonly emphasis: boolean
}

const plain: Style = { strong: false, emphasis: false }

/** Marks pair up or stay as they are; nesting is strong in emphasis and the other way round, and code in both. */
function parseInlines(source: string, start: number, end: number, style: Style = plain): readonly Inline[] {
  const inlines: Inline[] = []
  let from = start
  const flush = (to: number): void => {
    if (to > from) inlines.push({ start: from, end: to, text: source.slice(from, to), ...style, code: false })
  }
  let at = start
  while (at < end) {
    const pair = pairAt(source, at, end, style)
    if (pair === null) {
      at += 1
      continue
    }
    flush(at)
    if (pair.code) inlines.push({ start: pair.start, end: pair.end, text: source.slice(pair.start, pair.end), ...style, code: true })
    else inlines.push(...parseInlines(source, pair.start, pair.end, { strong: style.strong || pair.width === 2, emphasis: style.emphasis || pair.width === 1 }))
    at = pair.end + pair.width
    from = at
  }
  flush(end)
  return inlines
}

interface Pair {
  readonly start: number
  readonly end: number
  readonly width: number
  readonly code: boolean
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character)

function pairAt(source: string, at: number, end: number, style: Style): Pair | null {
  const character = source[at]
  if (character === '`') return codeAt(source, at, end)
  if (character !== '*' && character !== '_') return null
  const width = source[at + 1] === character ? 2 : 1
  if ((width === 2 && style.strong) || (width === 1 && style.emphasis)) return null
  const start = at + width
  if (isSpace(source[start]) || (character === '_' && isWord(source[at - 1]))) return null
  const mark = character.repeat(width)
  for (let close = source.indexOf(mark, start); close !== -1 && close + width <= end; close = source.indexOf(mark, close + 1)) {
    const lone = width === 2 || (source[close + 1] !== character && source[close - 1] !== character)
    if (close > start && lone && !isSpace(source[close - 1]) && !(character === '_' && isWord(source[close + width]))) return { start, end: close, width, code: false }
  }
  return null
}

function codeAt(source: string, at: number, end: number): Pair | null {
  let width = 1
  while (source[at + width] === '`') width += 1
  const start = at + width
  const close = source.indexOf('`'.repeat(width), start)
  return close > start && close + width <= end ? { start, end: close, width, code: true } : null
}
