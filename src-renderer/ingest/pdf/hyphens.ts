/** How two lines of one paragraph meet. 'moved' hyphens were put in by the typesetter and go; 'kept' ones belong to the word. */
export type Seam = 'blank' | 'none' | 'hyphen-moved' | 'hyphen-kept'

/** Words that stand in the document unbroken, lower-case, compounds with their hyphens. */
export type Vocabulary = ReadonlySet<string>

const lineEnd = /(\p{L}[\p{L}\p{M}'’]*)[-\u2010\u00ad]$/u
const lineStart = /^\p{L}[\p{L}\p{M}'’]*/u

/** What may follow a hyphen that stands for the rest of a word ("Haupt- und Nebenlager"). */
const joiners = new Set(['und', 'oder', 'bzw', 'sowie', 'bis', 'and', 'or', 'to', 'y', 'o', 'e', 'u', 'et', 'ou', 'och', 'og', 'eller', 'en', 'of', 'i', 'oraz', 'lub', 'и', 'или', 'nor', 'versus'])

/** First parts of English compounds that keep their hyphen; before an ending they are broken words ("long-est"). */
const compoundStarts = new Set(['well', 'self', 'ill', 'half', 'quasi', 'non', 'ex', 'all', 'long', 'short', 'high', 'low', 'full', 'old', 'new', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'one', 'first',
  'second', 'third', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'user', 'time', 'cost', 'year', 'day', 'state', 'real', 'right', 'left', 'hand', 'so', 'mid', 'cross', 'large', 'small', 'single', 'double', 'multi', 'case', 'open', 'read', 'write', 'built', 'decision', 'man', 'water', 'wind', 'data', 'file', 'command'])
const endings = /^(?:er|est|ly|ness|ing|ings|ed|ish|ment|ments|ful|fully|less|able|ably|ers|en|ens|ty|ly|tion|tions|ation|ions?|al|ally|ity|ure|ance|ence|ant|ent|ive|ism|ist|ists|ize|ise|ized|ised|dom|hood|ship|wise|ward|wards|ever|where|times?|self|selves|fare|come|day|days)$/

/** Words that grow together with what follows; they make no open compound. */
const closedStarts = new Set(['under', 'over', 'with', 'there', 'where', 'here', 'some', 'every', 'any', 'after', 'back', 'down', 'fore', 'inter', 'super', 'through', 'what', 'when', 'counter'])
/** Words that tell another language of which compounds are written as one. */
const otherLanguages = ['nicht', 'niet', 'ikke', 'inte', 'och']

/** Words of lines, less those that a line end cuts. */
export function vocabularyOf(lines: Iterable<string>): Vocabulary {
  const words = new Set<string>()
  let isCut = false
  for (const line of lines) {
    const found = line.toLowerCase().match(/\p{L}[\p{L}\p{M}'’]*(?:[-\u2010]\p{L}[\p{L}\p{M}'’]*)*/gu)
    const cuts = lineEnd.test(line)
    if (found !== null) {
      for (let index = isCut ? 1 : 0; index < found.length - (cuts ? 1 : 0); index += 1) words.add((found[index] ?? '').replaceAll('\u2010', '-'))
    }
    isCut = cuts
  }
  return words
}

/** Decides how a line goes on in the next one of its paragraph. */
export function seamOf(line: string, next: string, vocabulary: Vocabulary): Seam {
  const last = line.at(-1) ?? ''
  if (!'-\u2010\u00ad'.includes(last) || last === '') return 'blank'
  if (/[\s\p{Pd}]$/u.test(line.slice(0, -1)) || line.length < 2) return 'blank'
  if (last === '\u00ad') return 'hyphen-moved'
  const head = lineEnd.exec(line)?.[1]
  const tail = lineStart.exec(next)?.[0]
  if (head === undefined || tail === undefined || !/^\p{Ll}|^\p{Lo}/u.test(tail)) return /^[\p{L}\p{N}]/u.test(next) && /[\p{L}\p{N}]$/u.test(line.slice(0, -1)) ? keptOrSuspended(tail) : 'blank'
  // Small letters behind a capital one begin a new word ("MySQL-compatible").
  if (/\p{L}\p{Lu}$/u.test(head)) return keptOrSuspended(tail)
  return lowerSeam(line, head.toLowerCase(), next, tail, vocabulary)
}

const keptOrSuspended = (tail: string | undefined): Seam => tail !== undefined && joiners.has(tail) ? 'blank' : 'hyphen-kept'

function lowerSeam(line: string, head: string, next: string, tail: string, vocabulary: Vocabulary): Seam {
  if (vocabulary.has(head + tail)) return 'hyphen-moved'
  const stem = /(?:[\p{L}\p{M}]+[-\u2010])+$/u.exec(line)?.[0].toLowerCase().replaceAll('\u2010', '-') ?? `${head}-`
  if (vocabulary.has(stem + tail) || vocabulary.has(`${head}-${tail}`)) return 'hyphen-kept'
  if (joiners.has(tail) && /^[\s,]|^$/.test(next.slice(tail.length, tail.length + 1))) return 'blank'
  // A word that holds a hyphen already, or goes on with one ("state-of-the-art"), is broken at a hyphen of its own.
  if (/[-\u2010]/.test(stem.slice(0, -1)) && head.length <= 3 || /^[-\u2010]\p{L}/u.test(next.slice(tail.length))) return 'hyphen-kept'
  if (compoundStarts.has(head) && !endings.test(tail)) return 'hyphen-kept'
  const isPair = head.length >= 4 && tail.length >= 5 && /^[a-z]+$/.test(head + tail) && vocabulary.has(head) && vocabulary.has(tail)
  return isPair && isEnglish(vocabulary) && !closedStarts.has(head) && !endings.test(tail) ? 'hyphen-kept' : 'hyphen-moved'
}

const isEnglish = (vocabulary: Vocabulary): boolean => ['the', 'of', 'which'].every((word) => vocabulary.has(word)) && !otherLanguages.some((word) => vocabulary.has(word))
