/**
 * Folding for search: what a person types and what a document prints become the same characters.
 * NFKC; full case folding (sharp s is ss); Latin, Greek, Hebrew and Arabic marks dropped, those of other scripts kept;
 * soft hyphens, joiners and direction marks removed; every hyphen is '-', every apostrophe "'", every digit ASCII.
 */
export interface Folded {
  readonly text: string
  /** Stretches whose length changed, four numbers each: folded start, source start, folded length, source length. Ordered. */
  readonly changes: readonly number[]
}

const latinMarks = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu
const ignorable = /[\u00ad\u034f\u061c\u0640\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]/gu
const plain = /^[\x00-\x7f]*$/
const markSomewhere = /\p{M}/u

// What may change its form: runs of Jamo (compatibility, circled and half-width ones become combining ones, and compose too), runs of superscripts,
// half-width kana with their sound marks, and every other character but ASCII, common Han, Hangul syllables and kana, which fold to themselves.
const changing = String.raw`[\u1100-\u11ff\u3131-\u318e\u3260-\u327e\ua960-\ua97f\ud7b0-\ud7ff\uffa0-\uffdc]+|[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+|[\uff66-\uff9d][\uff9e\uff9f]|[^\x00-\x7f\u3001\u3002\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3]`
const unmarked = new RegExp(changing, 'gu')
const marked = new RegExp(String.raw`\P{M}?\p{M}+|${changing}`, 'gu')

const letters: Readonly<Record<string, string>> = {
  ß: 'ss', ς: 'σ', ı: 'i', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ł: 'l', ŧ: 't', æ: 'ae', œ: 'oe', þ: 'th',
  ي: 'ی', ى: 'ی', ك: 'ک', ة: 'ه',
  '\u2010': '-', '\u2011': '-', '\u2043': '-', '\u2212': '-', '\u02d7': '-', '\u2018': "'", '\u2019': "'", '\u02bc': "'", '\u02b9': "'", '\u2032': "'", '\u05f3': "'",
}

const known = new Map<string, string>()
const knownMax = 20_000

/** Folds a text and keeps where each character came from. */
export function fold(text: string): Folded {
  if (plain.test(text)) return { text: text.toLowerCase(), changes: [] }
  const pattern = markSomewhere.test(text) ? marked : unmarked
  const pieces: string[] = []
  const changes: number[] = []
  let source = 0
  let length = 0
  for (const match of text.matchAll(pattern)) {
    const before = lowerCase(text.slice(source, match.index))
    const piece = foldPiece(match[0])
    pieces.push(before, piece)
    length += before.length
    if (piece.length !== match[0].length) changes.push(length, match.index, piece.length, match[0].length)
    length += piece.length
    source = match.index + match[0].length
  }
  pieces.push(lowerCase(text.slice(source)))
  return { text: pieces.join(''), changes }
}

// Only ASCII letters can change here: everything else of more than one case is a piece of its own.
const lowerCase = (text: string): string => text.toLowerCase()

function foldPiece(piece: string): string {
  const seen = known.get(piece)
  if (seen !== undefined) return seen
  const folded = foldOnce(piece)
  if (known.size < knownMax) known.set(piece, folded)
  return folded
}

function foldOnce(piece: string): string {
  // A raised figure is a note mark or a power: it must not grow on to the word before it.
  const raised = /^[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+$/u.test(piece) ? '^' : ''
  const composed = piece.normalize('NFKC')
  const short = /^и\u0306|^у\u0306|^[йўЙЎ]/u.test(composed.toLowerCase())
  const bare = short ? composed : composed.normalize('NFD').replace(latinMarks, '').normalize('NFC')
  const lower = bare.toUpperCase().toLowerCase().normalize('NFD').replace(short ? '' : latinMarks, '').normalize('NFC')
  return raised + Array.from(lower.replace(ignorable, ''), foldCharacter).join('')
}

function foldCharacter(character: string): string {
  const letter = letters[character]
  if (letter !== undefined) return letter
  return /^\p{Nd}$/u.test(character) ? digit(character) : character
}

/** Decimal digits of every script stand in rows of ten: the value is the distance to the row's first. */
function digit(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return character
  let value = 0
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value)
}

/** Where in the source the folded character at `offset` begins. */
export function sourceStart(folded: Folded, offset: number): number {
  if (folded.changes.length === 0) return offset
  const at = lastChange(folded.changes, offset, true)
  if (at < 0) return offset
  const [foldedStart, start, foldedLength, length] = change(folded.changes, at)
  return offset < foldedStart + foldedLength ? start : start + length + (offset - foldedStart - foldedLength)
}

/** Where in the source the folded text before `offset` ends. */
export function sourceEnd(folded: Folded, offset: number): number {
  if (folded.changes.length === 0) return offset
  const at = lastChange(folded.changes, offset, false)
  if (at < 0) return offset
  const [foldedStart, start, foldedLength, length] = change(folded.changes, at)
  return offset <= foldedStart + foldedLength ? start + length : start + length + (offset - foldedStart - foldedLength)
}

function change(changes: readonly number[], at: number): readonly [number, number, number, number] {
  return [changes[4 * at] ?? 0, changes[4 * at + 1] ?? 0, changes[4 * at + 2] ?? 0, changes[4 * at + 3] ?? 0]
}

/** Index of the last change that begins before `offset` (or at it, where `inclusive`); -1 where there is none. */
function lastChange(changes: readonly number[], offset: number, inclusive: boolean): number {
  let low = 0
  let high = changes.length / 4
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = changes[4 * middle] ?? 0
    if (start < offset || (inclusive && start === offset)) low = middle + 1
    else high = middle
  }
  return low - 1
}
