import type { TextContent, TextItem, TextStyle } from 'pdfjs-dist/types/src/display/api'
import type { Extent } from './actual-extents'
import { extentOf, itemOf, linesOf, meets } from './actual-extents'

type Item = TextContent['items'][number]
/** What opens a marked-content sequence, as our build of the pdf.js worker gives it. */
interface Opening { readonly type: string; readonly actualText?: string | null }
type Styles = Readonly<Record<string, TextStyle>>

const isText = (item: Item): item is TextItem => 'str' in item
const isInk = (item: TextItem | undefined): item is TextItem => item !== undefined && item.str.trim() !== ''

/**
 * Text items with the ActualText of marked-content sequences (PDF 32000-1, 14.9.4) in place of what their glyphs say. The outermost sequence counts;
 * items outside one stay as they are, and so do the blanks at both ends of one, which pdf.js finds by the gaps beside it.
 */
export function withActualText(items: readonly Item[], styles: Styles): readonly TextItem[] {
  if (!items.some((item) => actualTextOf(item) !== null)) return items.filter(isText)
  const result: TextItem[] = []
  const sequences: boolean[] = []
  let actual: string | null = null
  let drawn: TextItem[] = []
  const settle = (after: TextItem | undefined): void => {
    if (actual !== null) {
      const at = result.findLastIndex(isInk)
      const before = result[at]
      const items = replaced(drawn, actual, before, after, styles)
      if (before !== undefined && after !== undefined && items.length === 0) result[at] = bridged(before, drawn, after, styles)
      result.push(...items)
    }
    actual = null
    drawn = []
  }
  items.forEach((item, index) => {
    if (isText(item)) (actual === null ? result : drawn).push(item)
    else if (item.type === 'endMarkedContent') {
      if (sequences.pop() === true) settle(nextInk(items, index))
    } else {
      const own = actual === null ? actualTextOf(item) : null
      actual ??= own
      sequences.push(own !== null)
    }
  })
  settle(undefined)
  return result
}

const actualTextOf = (item: Item): string | null => isText(item) ? null : (item as Opening).actualText ?? null

function nextInk(items: readonly Item[], from: number): TextItem | undefined {
  for (let index = from; index < items.length; index += 1) {
    const item = items[index]
    if (item !== undefined && isText(item) && isInk(item)) return item
  }
  return undefined
}

function replaced(drawn: readonly TextItem[], actual: string, before: TextItem | undefined, after: TextItem | undefined, styles: Styles): readonly TextItem[] {
  const first = drawn.findIndex(isInk)
  const last = drawn.findLastIndex(isInk)
  if (first < 0) return drawn
  const extents = drawn.filter(isInk).map((item) => extentOf(item, styles))
  const lines = linesOf(extents)
  const next = after === undefined ? null : extentOf(after, styles)
  const previous = before === undefined ? null : extentOf(before, styles)
  const texts = textsOf(softened(actual, extents, previous, next), lines)
  const items = lines.map((line, index) => itemOf(line, texts[index] ?? '')).filter((item) => item.str !== '')
  return [...drawn.slice(0, first), ...items, ...drawn.slice(last + 1)]
}

/** The item before glyphs that are taken away, grown over them where text goes on directly behind them: else their room would look like a blank. */
function bridged(before: TextItem, drawn: readonly TextItem[], after: TextItem, styles: Styles): TextItem {
  const [previous, next] = [extentOf(before, styles), extentOf(after, styles)]
  const extents = drawn.filter(isInk).map((item) => extentOf(item, styles))
  const [first, last] = [extents[0], extents.at(-1)]
  const isBetween = first !== undefined && last !== undefined && meets(previous, first) && meets(last, next)
  return isBetween ? itemOf({ ...previous, end: next.start }, before.str) : before
}

/**
 * The text with U+00AD at its end where a hyphen was drawn only because the line ends there (ActualText leaves it out or says U+00AD): so the line is joined
 * to the next one without a blank. All other soft hyphens go.
 */
function softened(actual: string, extents: readonly Extent[], before: Extent | null, after: Extent | null): string {
  const text = actual.replaceAll('\u00ad', '')
  const [first, last] = [extents[0], extents.at(-1)]
  const isDrawn = /[-\u2010\u00ad]$/.test(last?.item.str ?? '') && !/[-\u2010]$/.test(text)
  if (first === undefined || last === undefined || !isDrawn && !actual.endsWith('\u00ad')) return text
  const isInLine = after !== null && meets(last, after)
  const isBehindWord = text !== '' || before !== null && meets(before, first)
  return isBehindWord && !isInLine ? `${text}\u00ad` : text
}

/** The text of each line: its own line of the text where there are as many, else words shared out by the lines' lengths. */
function textsOf(text: string, lines: readonly Extent[]): readonly string[] {
  if (lines.length < 2) return [text]
  const own = text.split(/\r\n|[\r\n\u2028\u2029]/)
  if (own.length === lines.length) return own
  const words = text.split(/(?<=\s)(?=\S)/)
  const lengths = lines.map((line) => line.end - line.start)
  const whole = lengths.reduce((sum, length) => sum + length, 0)
  const texts = lines.map(() => '')
  let line = 0
  let reached = lengths[0] ?? 0
  let at = 0
  for (const word of words) {
    const middle = whole * (at + word.length / 2) / text.length
    while (middle > reached && line < lines.length - 1) {
      line += 1
      reached += lengths[line] ?? 0
    }
    texts[line] += word
    at += word.length
  }
  return texts
}
