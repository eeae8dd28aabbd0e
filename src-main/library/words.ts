import { fold, sourceEnd, sourceStart, type Folded } from '../text/fold'

/** A word of a text as the index knows it, and where it stands: UTF-16 range of the source. */
export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  /** How it hangs on the word before it: by nothing, by no character at all (a change of script), or by a joint such as a hyphen. */
  readonly joint: 'none' | 'touching' | 'joined'
  /** The last character of a run of an unspaced script, indexed beside its pairs so that what follows the run can be sought together with it. */
  readonly tail: boolean
}

/** A second spelling under which neighbouring words can be found: words [first, last] of the text. */
export interface Spelling {
  readonly text: string
  readonly first: number
  readonly last: number
}

const unspaced = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u30fc\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}`
const letter = String.raw`[[\p{L}\p{N}\p{M}\p{Co}]--[${unspaced}]]`
const bareLetter = String.raw`[\p{L}--[${unspaced}]]`
/**
 * In this order: a run of an unspaced script; a name with a leading point (.NET); a word, whose figures may hold points, commas and
 * apostrophes (1,234.5), with the signs of C++ and C#; a sign that carries meaning of its own.
 */
const pattern = new RegExp(
  String.raw`([${unspaced}]+)|((?<![\p{L}\p{N}.])\.${bareLetter}${letter}+|${letter}+(?:(?<=[0-9])[.,'](?=[0-9])${letter}+)*(?:\+\+(?!\p{L})|#(?![\p{L}\p{N}]))?)|[§¶%‰°\p{Sc}[\p{Sm}--[\x00-\x7f]]]`, 'gv')
const plainPattern = /()((?<![a-z0-9.])\.[a-z][a-z0-9]+|[a-z0-9]+(?:(?<=[0-9])[.,'](?=[0-9])[a-z0-9]+)*(?:\+\+(?![a-z])|#(?![a-z0-9]))?)|[%$]/g
const plain = /^[\x00-\x7f]*$/
const isUnspaced = new RegExp(`^[${unspaced}]$`, 'u')
const joints = /^[-'_/\\:.@&+^~]$/

/** The words of a text in order. */
export function wordsOf(text: string): readonly Word[] {
  const folded = fold(text)
  const words: Word[] = []
  let end = -1
  const isPlain = folded.changes.length === 0 && plain.test(folded.text)
  for (const match of folded.text.matchAll(isPlain ? plainPattern : pattern)) {
    const start = match.index
    const joint = start === end ? 'touching' : end >= 0 && start === end + 1 && joints.test(folded.text.charAt(end)) ? 'joined' : 'none'
    if (match[1]) pushPairs(words, folded, match[1], start, joint)
    else words.push({ text: match[0], start: sourceStart(folded, start), end: sourceEnd(folded, start + match[0].length), joint, tail: false })
    end = start + match[0].length
  }
  return words
}

function pushPairs(words: Word[], folded: Folded, run: string, start: number, joint: Word['joint']): void {
  const characters = Array.from(run)
  let at = start
  characters.forEach((character, index) => {
    const text = character + (characters[index + 1] ?? '')
    const tail = index === characters.length - 1 && index > 0
    words.push({ text, start: sourceStart(folded, at), end: sourceEnd(folded, at + text.length), joint: index === 0 ? joint : 'touching', tail })
    at += character.length
  })
}

const groupMax = 8

/** Further spellings of words: compounds written together, parts and plain forms of numbers, .NET without its point. */
export function spellingsOf(words: readonly Word[]): readonly Spelling[] {
  const spellings: Spelling[] = []
  words.forEach((word, index) => {
    for (const text of ownSpellings(word.text)) spellings.push({ text, first: index, last: index })
  })
  for (let first = 0; first < words.length; first += 1) {
    let last = first
    while (words[last + 1]?.joint === 'joined') last += 1
    if (last === first) continue
    for (let index = first; index < last; index += 1) spellings.push(together(words, index, index + 1))
    if (last - first > 1 && last - first < groupMax) spellings.push(together(words, first, last))
    first = last
  }
  return spellings
}

const together = (words: readonly Word[], first: number, last: number): Spelling => ({
  text: words.slice(first, last + 1).map((word) => word.text).join(''), first, last,
})

const figures = /[0-9][.,'][0-9]/
const grouped = /^[0-9]{1,3}(?:([.,'])[0-9]{3}(?:\1[0-9]{3})*)(?:(?!\1)[.,][0-9]+)?$/

function ownSpellings(text: string): readonly string[] {
  if (text.startsWith('.')) return [text.slice(1)]
  if (text.length > 2 && /[+#]$/.test(text) && /^\p{L}{2}/u.test(text)) return [text.replace(/[+#]+$/, '')]
  if (!figures.test(text)) return []
  const spellings = text.split(/[.,']/)
  const version = /^\p{L}+([0-9].*)$/u.exec(text)?.[1]
  if (version !== undefined) spellings.push(version)
  const number = plainNumber(text)
  if (number !== null) spellings.push(number)
  return spellings
}

/** A number without the marks between its thousands, its decimal mark kept; null where it has none. */
export function plainNumber(text: string): string | null {
  const mark = grouped.exec(text)?.[1]
  return mark === undefined ? null : text.replaceAll(mark, '')
}

/**
 * What the index stores of a text: its words, and the further spellings, each parted by blanks. The spellings end with the different single
 * characters of unspaced scripts: one character is then sought as a word, where a beginning would have to join thousands of pairs.
 */
export function indexText(text: string): { readonly words: string; readonly spellings: string } {
  const words = wordsOf(text)
  const characters = new Set<string>()
  for (const word of words) if (word.text.charCodeAt(0) > lastSpaced) addCharacter(characters, word.text)
  const spellings = spellingsOf(words).map((spelling) => spelling.text)
  return { words: words.map((word) => word.text).join(' '), spellings: [...spellings, ...characters].join(' ') }
}

/** No unspaced script begins before Thai. */
const lastSpaced = 0xdff

function addCharacter(characters: Set<string>, text: string): void {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0)
  if (isUnspaced.test(first)) characters.add(first)
}

/** Whether a word of the index is one character of an unspaced script. */
export const isSingleUnspaced = (word: string): boolean => isUnspaced.test(word)
