import { isSingleUnspaced, plainNumber, wordsOf, type Word } from './words'

/**
 * One thing that a text must hold: words that follow one another. `together` is the same written as one word;
 * `beginning` says that the last word is a single character of an unspaced script, which may begin a pair.
 */
export interface Term {
  readonly words: readonly string[]
  readonly together: string | null
  readonly beginning: boolean
  /** As the person typed it. */
  readonly source: string
}

const quoted = /["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]/gu

/** What a person typed in a search field, as terms: words in quotation marks stay together, compounds become one term. */
export function parseQuery(text: string): readonly Term[] {
  const terms: Term[] = []
  let at = 0
  for (const match of text.matchAll(quoted)) {
    terms.push(...looseTerms(text.slice(at, match.index)), ...phraseTerm(match[1] ?? ''))
    at = match.index + match[0].length
  }
  terms.push(...looseTerms(text.slice(at)))
  return distinct(terms)
}

/** The words of a question as terms; runs of an unspaced script are taken pair by pair, since a question is no phrase. */
export function parseQuestion(text: string): readonly Term[] {
  const terms = groups(wordsOf(text)).flatMap((group) => {
    const pairs = group.filter((word) => !word.tail)
    return group.some((word) => word.joint === 'touching' || word.tail) ? pairs.flatMap((word) => toTerm([word], text)) : toTerm(group, text)
  })
  return distinct(terms)
}

const looseTerms = (text: string): readonly Term[] => groups(wordsOf(text)).flatMap((group) => toTerm(group, text))
const phraseTerm = (text: string): readonly Term[] => toTerm(wordsOf(text), text)

/** Words that hang together in the source. */
function groups(words: readonly Word[]): readonly (readonly Word[])[] {
  const all: Word[][] = []
  for (const word of words) {
    if (word.joint === 'none' || all.length === 0) all.push([word])
    else all.at(-1)?.push(word)
  }
  return all
}

function toTerm(group: readonly Word[], source: string): readonly Term[] {
  const last = group.at(-1)
  const first = group[0]
  if (first === undefined || last === undefined) return []
  const kept = last.tail ? group.slice(0, -1) : group
  const joined = kept.length > 1 && kept.slice(1).every((word) => word.joint === 'joined')
  return [{
    words: kept.map((word) => word.text),
    together: joined ? kept.map((word) => word.text).join('') : kept.length === 1 ? plainNumber(first.text) : null,
    beginning: !last.tail && isSingleUnspaced(last.text),
    source: source.slice(first.start, last.end),
  }]
}

function distinct(terms: readonly Term[]): readonly Term[] {
  const seen = new Map<string, Term>()
  for (const term of terms) {
    const key = `${term.words.join(' ')}${term.beginning ? '*' : ''}`
    if (!seen.has(key)) seen.set(key, term)
  }
  return [...seen.values()]
}

/** The term as an FTS5 expression. Words come from wordsOf alone, which lets no quotation mark through: nothing typed can be syntax. */
export function termExpression(term: Term): string {
  const phrase = phraseOf(term)
  if (term.together === null) return phrase
  // The plain form of a number counts only where the text itself writes it so: 1,234 must not find 1.234.
  const isNumber = term.words.length === 1
  return `(${phrase} OR ${isNumber ? `{words} : "${term.together}"` : `"${term.together}"`})`
}

/** A single character alone is a word of the index; at the end of a phrase it is the beginning of a pair. */
const phraseOf = ({ words, beginning }: Term): string => `"${words.join(' ')}"${beginning && words.length > 1 ? ' *' : ''}`

/** All terms, one right after the other. */
export const inSequence = (terms: readonly Term[]): string => terms.map(({ words }) => `"${words.join(' ')}"`).join(' + ')

export const allOf = (terms: readonly Term[]): string => terms.map(termExpression).join(' AND ')
export const anyOf = (terms: readonly Term[]): string => terms.map(termExpression).join(' OR ')
