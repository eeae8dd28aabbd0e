/** Cuts a text into the words inside which merges happen. */
import { characterClass, classesOf, type CharacterClass, type UnicodeVersion } from './characters'
import { lengthByLead } from './lenient-utf8'

export interface SplitRules {
  /**
   * `spaced`: 's 't 're 've 'm 'll 'd | ?letters | ?numbers | ?others | spaces (GPT-2).
   * `joined`: the same endings in any case | one of anything but a line break or number, and letters | numbers | ?others and line breaks |
   * spaces up to a line break | spaces (cl100k).
   */
  readonly style: 'spaced' | 'joined'
  /** Numbers of a word; `alone` cuts each out first, so that not even a space joins it. */
  readonly numbers: 'alone' | 'run' | 1 | 3
  /** Which characters are letters. */
  readonly unicode: UnicodeVersion
  /** 's is also written with the long s (U+017F), which folds to s. */
  readonly longS: boolean
}

const { letter, number, space, other } = characterClass
const apostrophe = 0x27
const blank = 0x20
const isBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d

/** Calls `onWord(start, end)` for each word of `bytes`, which have to be normalised; the words follow each other without gaps. */
export function split(bytes: Uint8Array, rules: SplitRules, onWord: (start: number, end: number) => void): void {
  const text = scan(bytes, classesOf(rules.unicode))
  const cut = rules.style === 'spaced' ? cutSpaced : cutJoined
  if (rules.numbers !== 'alone') {
    for (let at = 0; at < bytes.length;) at = emit(at, cut(text, at, bytes.length, rules), onWord)
    return
  }
  for (let at = 0; at < bytes.length;) {
    const end = text.skipUntil(at, number)
    while (at < end) at = emit(at, cut(text, at, end, rules), onWord)
    if (at < bytes.length) at = emit(at, at + text.lengthAt(at), onWord)
  }
}

function emit(start: number, end: number, onWord: (start: number, end: number) => void): number {
  onWord(start, end)
  return end
}

interface Scan {
  readonly bytes: Uint8Array
  lengthAt(at: number): number
  /** 0 at or after `end`. */
  classAt(at: number, end: number): CharacterClass | 0
  /** The end of the run of `wanted` that begins at `at`. */
  skip(at: number, end: number, wanted: CharacterClass): number
  /** The first position of `wanted` from `at` on, or the end of the text. */
  skipUntil(at: number, wanted: CharacterClass): number
}

function scan(bytes: Uint8Array, classes: Uint8Array): Scan {
  const lengthAt = (at: number): number => lengthByLead(bytes[at] ?? 0)
  function pointAt(at: number): number {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) return lead
    const second = (bytes[at + 1] ?? 0) & 0x3f
    if (lead < 0xe0) return ((lead & 0x1f) << 6) | second
    const third = (bytes[at + 2] ?? 0) & 0x3f
    if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third
    return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[at + 3] ?? 0) & 0x3f)
  }
  const classHere = (at: number): CharacterClass => classes[pointAt(at)] as CharacterClass
  return {
    bytes,
    lengthAt,
    classAt: (at, end) => (at < end ? classHere(at) : 0),
    skip(start, end, wanted) {
      let at = start
      while (at < end && classHere(at) === wanted) at += lengthAt(at)
      return at
    },
    skipUntil(start, wanted) {
      let at = start
      while (at < bytes.length && classHere(at) !== wanted) at += lengthAt(at)
      return at
    },
  }
}

/** Length of 's 't 'm 'd 're 've 'll at `at`, or 0. `mask` 0x20 makes letters small before they are compared, 0 leaves them. */
function endingLength(bytes: Uint8Array, at: number, end: number, mask: number): number {
  if (bytes[at] !== apostrophe || at + 1 >= end) return 0
  const first = String.fromCharCode((bytes[at + 1] ?? 0) | mask)
  if (first === 's' || first === 't' || first === 'm' || first === 'd') return 2
  if (at + 2 >= end) return 0
  const both = first + String.fromCharCode((bytes[at + 2] ?? 0) | mask)
  return both === 're' || both === 've' || both === 'll' ? 3 : 0
}

/** The end of the word that begins at `at`, in a text that ends at `end`. */
function cutSpaced(text: Scan, at: number, end: number): number {
  const ending = endingLength(text.bytes, at, end, 0)
  if (ending > 0) return at + ending
  const first = text.bytes[at] === blank ? at + 1 : at
  const kind = text.classAt(first, end)
  if (kind !== 0 && kind !== space) return text.skip(first, end, kind)
  return cutSpaces(text, at, end)
}

function cutJoined(text: Scan, at: number, end: number, rules: SplitRules): number {
  const { bytes } = text
  const ending = endingLength(bytes, at, end, 0x20)
  if (ending > 0) return at + ending
  if (rules.longS && bytes[at] === apostrophe && bytes[at + 1] === 0xc5 && bytes[at + 2] === 0xbf) return at + 3
  const kind = text.classAt(at, end)
  if (kind === letter) return text.skip(at, end, letter)
  const second = at + text.lengthAt(at)
  if (kind !== number && !isBreak(bytes[at]) && text.classAt(second, end) === letter) return text.skip(second, end, letter)
  if (kind === number) return cutNumbers(text, at, end, rules.numbers === 3 ? 3 : 1)
  const first = bytes[at] === blank ? second : at
  if (text.classAt(first, end) === other) {
    let stop = text.skip(first, end, other)
    while (stop < end && isBreak(bytes[stop])) stop++
    return stop
  }
  const spacesEnd = text.skip(at, end, space)
  for (let last = spacesEnd - 1; last >= at; last--) if (isBreak(bytes[last])) return last + 1
  return cutSpaces(text, at, end)
}

function cutNumbers(text: Scan, at: number, end: number, most: number): number {
  let stop = at
  for (let i = 0; i < most && text.classAt(stop, end) === number; i++) stop += text.lengthAt(stop)
  return stop
}

/** All spaces but the last, which belongs to the word that follows; all of them at the end of the text. */
function cutSpaces(text: Scan, at: number, end: number): number {
  let stop = at
  let last = at
  while (text.classAt(stop, end) === space) {
    last = stop
    stop += text.lengthAt(stop)
  }
  return stop < end && last > at ? last : stop
}
