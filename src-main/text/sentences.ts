import { abbreviationsOf } from './abbreviations'

/** Half-open range of UTF-16 offsets into a text. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** No sentence is longer: what has no full stops (code, lists of names) is cut at commas or blanks. */
const charactersMax = 1_000
/** Scripts that end sentences with a blank, if at all. */
const charactersMaxUnmarked = 300
const unmarkedScripts = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/g

/** Languages that write ordinals with a full stop: "am 3. Mai". */
const ordinalLanguages = new Set(['de', 'cs', 'sk', 'fi', 'da', 'no', 'nb', 'nn', 'hu', 'pl', 'sl', 'hr', 'et', 'lv', 'tr', 'is'])
/** Words after which a number with a full stop is no ordinal: "in Kapitel 3. Dann". */
const numberedThings = /(?:kapitel|abschnitt|seite|seiten|version|punkt|nummer|nr|anhang|tabelle|abbildung|teil|band|zeile|schritt|gleichung|kapitola|strana|luku|sivu|kapittel|side|afsnit|rozdział|strona|bölüm|sayfa|fejezet|§)$/u

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language)
  if (known !== undefined) return known
  const made = new Intl.Segmenter(language, { granularity: 'sentence' })
  segmenters.set(language, made)
  return made
}

/**
 * Sentences of one block of text, in order, without the white space around them; together they hold all of it that is
 * not white space. Unicode's rules (UAX 29, through `Intl.Segmenter`) say where one may end, the rules here where none
 * does: after abbreviations, initials and ordinals, before small letters, inside quotations.
 *
 * `language` is a BCP 47 tag or null.
 */
export function splitSentences(text: string, language: string | null): readonly Range[] {
  const primary = primaryLanguage(language)
  const sentences: Range[] = []
  for (const paragraph of hardParts(text)) {
    const part = text.slice(paragraph.start, paragraph.end)
    const smooth = part.replace(/[\n\r\t\u2028]/g, ' ').replace(noteMarks, (mark) => ')'.repeat(mark.length))
    let start = 0
    let previous = 0
    for (const segment of segmenterOf(primary).segment(smooth)) {
      const index = segment.index - openers(smooth.slice(start, segment.index))
      if (index > start && !joins(part, smooth, start, previous, index, primary)) {
        pushTrimmed(sentences, text, paragraph.start + start, paragraph.start + index)
        start = index
      }
      previous = index
    }
    pushTrimmed(sentences, text, paragraph.start + start, paragraph.end)
  }
  return sentences.flatMap((sentence) => cut(text, sentence))
}

/** How many quotes that open the next sentence Unicode's rules left at the end of this one ("。「"): they take any quote for a closing one. */
function openers(piece: string): number {
  const found = /[.!?…。！？．”’」』）)]([“‘「『（《〈【]+)$/u.exec(piece)?.[1] ?? ''
  // In „German“ quotes the mark closes.
  return found === '“' && piece.includes('„') ? 0 : found.length
}

/** Marks of notes behind a full stop ("1604.[3]", "1604.²"): for the segmenter they are closing brackets. */
const noteMarks = /(?<=[.!?…。！？][”’"')\]»]*)(?:\[\d{1,4}\])+|(?<=[.!?…][”’"')\]»]*)[\u00b9\u00b2\u00b3\u2070-\u2079]+/gu

function primaryLanguage(language: string | null): string {
  const primary = /^[a-z]{2,3}/i.exec(language ?? '')?.[0].toLowerCase() ?? 'en'
  return primary === 'nb' || primary === 'nn' ? 'no' : primary
}

/** A blank line inside a block ends a sentence whatever comes before it. */
function hardParts(text: string): readonly Range[] {
  const parts: Range[] = []
  let start = 0
  for (const gap of text.matchAll(/\n\s*\n|\u2029/g)) {
    parts.push({ start, end: gap.index })
    start = gap.index + gap[0].length
  }
  parts.push({ start, end: text.length })
  return parts
}

/** Whether no sentence ends at `at`, where Unicode's rules would end the one that began at `start`; `previous` is their last end before it. */
function joins(part: string, smooth: string, start: number, previous: number, at: number, language: string): boolean {
  const before = smooth.slice(start, at).trimEnd()
  const after = smooth.slice(at, at + 40).trimStart()
  if (!/[\p{L}\p{N}]/u.test(before) || isLabel(before)) return true
  if (/^[,;:)\]}»›”’。，、；：？！」』）】]/u.test(after)) return true
  // Small letters go on, save after full stops that only end sentences, and save the "b)" of a list.
  if (/^\p{Ll}/u.test(after) && !/[。！？][”’」』）)]*$/u.test(before) && !/^\p{Ll}[.)]\s/u.test(after)) return true
  if (endsInsideQuote(part.slice(previous, at).trimEnd(), part.slice(at))) return true
  const token = /(\S+?)\.[)\]”’"»]*$/u.exec(before)
  return token === null ? false : isAbbreviated(before, (token[1] ?? '').replace(/^[("'„“«‚‘[]+/u, ''), after, language)
}

/** The number of a list item or section, alone: "1.", "2.1.", "(a)", "IV.". */
const isLabel = (before: string): boolean => /^(?:\(?(?:\p{Nd}{1,3}(?:\s?\.\s?\p{Nd}{1,3})*|[a-z]|[ivxlc]{1,6})\s?[.)]|§\s*\p{Nd}+\.)$/iu.test(before)

function isAbbreviated(before: string, token: string, after: string, language: string): boolean {
  const { inside, beforeNumbers, starters } = abbreviationsOf(language)
  const lower = token.toLowerCase()
  if (inside.has(lower) || (/\p{L}\.\p{L}/u.test(lower) && inside.has(lower.split('.').at(-1) ?? '') && lower.length > 3)) return true
  if (isSpacedAbbreviation(before, after, inside)) return true
  const next = /^["'“„«(]*([\p{L}\p{N}']+)/u.exec(after)?.[1]?.toLowerCase() ?? ''
  if (/^[\p{N}§ivxlcIVXLC]+\b/u.test(after.replace(/^["'“„«(]+/u, '')) && /^\p{N}|^[ivxlc]+$/u.test(next) && beforeNumbers.has(lower)) return true
  const previousWord = (/([\p{L}\p{N}.'’§-]+)\s+\S+$/u.exec(before)?.[1] ?? '').replace(/\.$/, '')
  if (/^\p{Lu}$/u.test(token) || /^(?:\p{Lu}\.-?)+\p{Lu}$/u.test(token)) {
    // An initial, unless a sentence clearly begins: "plan B. Then", "the U.S. The".
    const namesBefore = previousWord === '' || /^\p{Lu}/u.test(previousWord)
    return !starters.has(next) && (namesBefore || /^\p{Lu}/u.test(after)) && (token.length === 1 ? namesBefore || isName(after) : isName(after))
  }
  return ordinalLanguages.has(language) && /^(?:\d{1,2}|[IVX]{1,5})$/u.test(token) && /^[\p{L}]/u.test(after) && !numberedThings.test(previousWord.toLowerCase())
}

/** "z. B.", "EE. UU.": an abbreviation written with blanks, of which `before` holds the first part or all. */
function isSpacedAbbreviation(before: string, after: string, inside: ReadonlySet<string>): boolean {
  const begun = /(?:^|[\s("„“«])((?:\p{L}{1,3}\.\s?){1,4})$/u.exec(before)?.[1]
  if (begun === undefined) return false
  const tight = (text: string): string => text.toLowerCase().replace(/\s/g, '').replace(/\.$/, '')
  const further = [...after.matchAll(/\p{L}{1,3}\.\s?/gu)].map((match) => match[0])
  if (tight(begun).includes('.') && inside.has(tight(begun))) return true
  return /^\p{L}{1,3}\./u.test(after) && further.some((_, index) => inside.has(tight(begun + further.slice(0, index + 1).join(''))))
}

/** A capitalised word and then no verb-like end: good enough to tell "W. Smith" from "B. Then". */
const isName = (after: string): boolean => /^\p{Lu}(?:\p{L}|\.)/u.test(after)

/**
 * Chinese and Japanese: a full stop before a closing quote does not end the sentence that quotes ("「はい。」と言った。").
 * Others: after a closing quote with ? or ! a dash or small letter goes on, which the small-letter rule covers.
 */
function endsInsideQuote(piece: string, rest: string): boolean {
  if (!/[。！？…][”’」』]$/u.test(piece)) return false
  if (/^\s/u.test(rest)) return false
  if (/^(?:と|って|という|とい|とか|など|の|を|は|が|に|も|で|、)/u.test(rest)) return true
  const next = /^[^。！？”」』“「『\n]{1,16}[。！？，、：]/u.exec(rest)?.[0]
  return next !== undefined && /[说說道问問喊叫答想]/u.test(next)
}

function pushTrimmed(sentences: Range[], text: string, start: number, end: number): void {
  const words = text.slice(start, end)
  const lead = words.length - words.trimStart().length
  const trimmed = words.trim().length
  if (trimmed > 0) sentences.push({ start: start + lead, end: start + lead + trimmed })
}

function cut(text: string, sentence: Range): readonly Range[] {
  const length = sentence.end - sentence.start
  if (length <= charactersMaxUnmarked) return [sentence]
  const unmarked = text.slice(sentence.start, sentence.end).match(unmarkedScripts)?.length ?? 0
  const most = unmarked * 2 > length ? charactersMaxUnmarked : charactersMax
  const pieces: Range[] = []
  let start = sentence.start
  while (sentence.end - start > most) {
    const end = start + cutPoint(text.slice(start, start + most))
    pushTrimmed(pieces, text, start, end)
    start = end
  }
  pushTrimmed(pieces, text, start, sentence.end)
  return pieces
}

/** Where to cut a stretch that is too long: at the last line end, semicolon, comma or blank in its second half. */
function cutPoint(stretch: string): number {
  const half = Math.floor(stretch.length / 2)
  for (const mark of ['\n', '; ', '；', ', ', '，', '、', ' ']) {
    const at = stretch.lastIndexOf(mark)
    if (at >= half) return at + mark.length
  }
  // Never between the halves of a surrogate pair.
  return /[\ud800-\udbff]$/.test(stretch) ? stretch.length - 1 : stretch.length
}
