import type { Bracketed } from './brackets'
import { countRtl, hasRtl, hasSolid, hasWord, mirrored } from './characters'
import { least, most } from './extent'
import type { Piece } from './pieces'
import type { Region } from './order'
import type { Segment } from './segments'
import { overlap } from './segments'

/** Where a stretch of a line's text lies, in its frame. */
export interface Stretch {
  readonly start: number
  readonly end: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly rtl: boolean
}

/** A line of reading text. A tab stands where a gap is wide enough to part two cells. */
export interface Row extends Bracketed {
  readonly stretches: readonly Stretch[]
  readonly x: number
  readonly right: number
  readonly y: number
  readonly bottom: number
  readonly baseline: number
  readonly size: number
  /** Font of most of its letters. */
  readonly font: string
  readonly mono: boolean
  readonly rtl: boolean
  /** Edges of the column it stands in. */
  readonly left: number
  readonly edge: number
}

/** A gap of so many font sizes parts cells. */
const cellGap = 1.6

/** Segments of a region -> lines from top to bottom. */
export function rowsOf(region: Region, isRtlPage: boolean): Row[] {
  const groups: Segment[][] = []
  for (const segment of [...region.segments].sort((a, b) => a.baseline - b.baseline)) {
    let group: Segment[] | undefined
    for (let index = groups.length - 1; index >= 0 && index >= groups.length - 4; index -= 1) {
      const candidate = groups[index]
      if (candidate !== undefined && overlap(largest(candidate), segment) >= 0.4 && !candidate.some((other) => covers(other, segment))) {
        group = candidate
        break
      }
    }
    if (group === undefined) groups.push([segment])
    else group.push(segment)
  }
  const sorted = groups.sort((a, b) => largest(a).baseline - largest(b).baseline)
  return sorted.filter((group, index) => !isRuby(group, sorted[index + 1])).map((group) => rowOf(group, region, isRtlPage)).filter((row) => row.text !== '')
}

const largest = (group: readonly Segment[]): Segment => group.reduce((best, segment) => segment.size > best.size ? segment : best)

/** Two texts over one another are two lines, not one. */
const covers = (a: Segment, b: Segment): boolean => Math.min(a.right, b.right) - Math.max(a.x, b.x) > 0.6 * Math.min(a.right - a.x, b.right - b.x)

/** Small kana directly over a line with Chinese characters. */
function isRuby(group: readonly Segment[], below: readonly Segment[] | undefined): boolean {
  if (below === undefined) return false
  const base = largest(below)
  const isClose = (segment: Segment): boolean => base.y - segment.bottom < 0.6 * base.size && segment.baseline > base.baseline - 1.9 * base.size
  const isKana = (segment: Segment): boolean => segment.pieces.every((piece) => /^[\u3040-\u30ff\u30fb\u30fc ]+$/.test(piece.text))
  return group.every((segment) => segment.size <= 0.62 * base.size && isClose(segment) && isKana(segment))
    && below.some((segment) => segment.pieces.some((piece) => /\p{Script=Han}/u.test(piece.text)))
}

function rowOf(group: readonly Segment[], region: Region, isRtlPage: boolean): Row {
  const pieces = group.flatMap((segment) => segment.pieces)
  const isMain = (piece: Piece, best: Piece): boolean => piece.size > 1.02 * best.size || piece.size > 0.98 * best.size && piece.text.length > best.text.length
  const main = pieces.reduce((best, piece) => isMain(piece, best) ? piece : best)
  const content = pieces.map((piece) => piece.text).join('')
  const rtlLetters = hasRtl(content) ? countRtl(content) : 0
  const rtl = rtlLetters > 0 && (isRtlPage || rtlLetters > 0.5 * content.length)
  const ordered = inReadingOrder(pieces, rtl)
  const { text, mirror, stretches } = joined(ordered, main, rtl)
  const letters = new Map<string, number>()
  for (const piece of pieces) letters.set(piece.font, (letters.get(piece.font) ?? 0) + piece.text.length)
  const font = [...letters].reduce((best, entry) => entry[1] > best[1] ? entry : best)[0]
  return {
    text, mirror, stretches, font, rtl,
    mono: pieces.every((piece) => piece.mono),
    x: least(group, (segment) => segment.x),
    right: most(group, (segment) => segment.right),
    y: least(group, (segment) => segment.y),
    bottom: most(group, (segment) => segment.bottom),
    baseline: main.baseline,
    size: main.size,
    left: region.left,
    edge: region.right,
  }
}

/** A piece in its place in the reading order, with the two pieces that meet where it begins, as they lie beside one another on the page. */
interface Placed {
  readonly piece: Piece
  readonly beside: readonly [before: Piece, after: Piece] | null
}

/** Left to right; in a right-to-left line from the right, with the pieces of each left-to-right stretch among them in their own order. */
function inReadingOrder(pieces: readonly Piece[], rtl: boolean): readonly Placed[] {
  const sorted = isSorted(pieces) ? [...pieces] : [...pieces].sort((a, b) => a.x - b.x || a.order - b.order)
  if (rtl) return withTurned(sorted.reverse(), (piece) => !piece.rtl)
  return withTurned(sorted, (piece) => piece.rtl)
}

const isSorted = (pieces: readonly Piece[]): boolean => pieces.every((piece, index) => index === 0 || (pieces[index - 1]?.x ?? 0) <= piece.x)

/** Turns round each stretch of pieces that hold; pieces without letters go with their neighbours where these agree. */
function withTurned(visual: readonly Piece[], holds: (piece: Piece) => boolean): readonly Placed[] {
  const reading = [...visual]
  const turned = new Array<number>(visual.length).fill(-1)
  for (let start = 0; start < visual.length; start += 1) {
    const isStart = (index: number): boolean => visual[index] !== undefined && holds(visual[index]) && hasWord(visual[index].text)
    if (!isStart(start)) continue
    let end = start + 1
    while (end < visual.length && holds(visual[end] ?? reading[0] as Piece)) end += 1
    while (!isStart(end - 1)) end -= 1
    for (let index = start; index < end; index += 1) {
      reading[index] = visual[start + end - 1 - index] as Piece
      turned[index] = start
    }
    start = end - 1
  }
  return reading.map((piece, index) => {
    const order = turned[index] !== -1 && turned[index] === turned[index - 1] ? reading : visual
    const [before, after] = [order[index - 1], order[index]]
    return { piece, beside: before === undefined || after === undefined ? null : [before, after] }
  })
}

interface Joined extends Bracketed {
  readonly stretches: readonly Stretch[]
}

/** Brackets inside a left-to-right word or number stand as they are. */
const isTurnable = (piece: Piece): boolean => piece.rtl || !/[\p{L}\p{N}]/u.test(piece.text)

function joined(pieces: readonly Placed[], main: Piece, rtl: boolean): Joined {
  let text = ''
  let mirror = ''
  const stretches: Stretch[] = []
  let before: Piece | null = null
  for (const { piece, beside } of pieces) {
    const content = contentOf(piece, main, text, before)
    if (content === '') continue
    const blank = beside !== null && text !== '' ? separator(text, beside[0], beside[1], content) : ''
    const start = text.length + blank.length
    text += blank + content
    mirror += blank + (isTurnable(piece) ? mirrored(content) : content)
    stretches.push({ start, end: text.length, x: piece.x, y: piece.y, width: piece.width, height: piece.height, rtl: piece.rtl })
    before = piece
  }
  return { text, stretches, mirror: rtl && /[()[\]{}]/.test(mirror) ? mirror : null }
}

function separator(text: string, before: Piece, piece: Piece, content: string): string {
  const gap = Math.max(piece.x - before.x - before.width, before.x - piece.x - piece.width)
  const size = Math.min(before.size, piece.size)
  if (gap > cellGap * size) return '\t'
  if (gap > 0.9 * size) return ' '
  const last = text.at(-1) ?? ''
  if (hasSolid(last) && hasSolid(content.charAt(0))) return ''
  const isSpaced = piece.order === before.order + 1 && piece.spaced || before.order === piece.order + 1 && before.spaced
  return isSpaced && gap > 0.05 * size || gap > 0.17 * size ? ' ' : ''
}

const powers = new Map([...'0123456789+-−()n'].map((character, index) => [character, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ'][index] ?? character]))
const units = /(?:^|[^\p{L}])(?:[kcdmµn]?m|[kmµ]?g|[kcm]?s|ft|in|yd|mi|K|\p{L})$/u

/**
 * The letters of a piece as they are read. Raised figures behind a number, a unit or a single letter are powers and become superscript letters, so that
 * 10⁶ does not read 106; behind a word or a full stop they are the mark of a note and are left out, so that "method" stays a word.
 */
function contentOf(piece: Piece, main: Piece, text: string, before: Piece | null): string {
  const isRaised = piece.size < 0.85 * main.size && main.baseline - piece.baseline > 0.15 * main.size
  const isClose = before !== null && Math.abs(piece.x - before.x - before.width) < 0.4 * main.size
  if (isRaised && isClose && /^[\d+\-−()n*†‡§,]{1,5}$/.test(piece.text)) {
    const isPower = /[\d)]$/.test(text) || units.test(text)
    if (isPower && /^[\d+\-−()n]+$/.test(piece.text)) return [...piece.text].map((character) => powers.get(character) ?? character).join('')
    if (isPower || /[\p{L}\p{P}]$/u.test(text) && /^[\d*†‡§,]+$/.test(piece.text)) return ''
  }
  return compact(piece.text)
}

/** Leaders become one sign; blanks between Chinese or Japanese characters come from justification and go. */
function compact(text: string): string {
  if (text.length < 2 || !/[.·…]{2}|\. \.|  |[^\x00-\u2e7f]/.test(text)) return text
  return text.replace(/(?:[.·] ?){5,}|(?:… ?){2,}/g, ' … ').replace(/ {2,}/g, ' ').replace(/(?<=[\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uff01-\uff60]) (?=[\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uff01-\uff60])/g, '').trim()
}
