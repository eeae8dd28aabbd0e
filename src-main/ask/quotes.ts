/** Closing marks for each opening mark. */
const closings: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“”', '«': '»', '「': '」', '『': '』' }

/** A quotation that has not closed after so many characters is none. */
const quotationCharacters = 600

/** Folds what may differ between a source and a faithful quotation of it: white space, quote marks, dashes, an ending mark. */
export function foldForQuoting(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[“”„«»]/gu, '"')
    .replace(/[‘’]/gu, "'")
    .replace(/[‐‑–—]/gu, '-')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** Whether the words of a quotation stand in one of the sources, an ending mark aside. */
export function standsIn(quotation: string, sources: readonly string[]): boolean {
  const words = foldForQuoting(quotation).replace(/[.,;:!?。，、！？]+$/u, '')
  if (words === '') return true
  const lowered = words.toLowerCase()
  return sources.some((source) => foldForQuoting(source).toLowerCase().includes(lowered))
}

export interface QuoteGuard {
  /** Takes the next piece of the stream; gives what may be shown of it now. */
  readonly push: (text: string) => string
  /** The rest, at the end of the stream. */
  readonly end: () => string
}

/**
 * Lets a stream of text through, but holds each quotation back until it closes; one whose words stand in no source
 * loses its quote marks, so that it is never shown as a quote.
 */
export function createQuoteGuard(sources: readonly string[]): QuoteGuard {
  let held = ''

  const release = (): string => {
    const text = held
    held = ''
    return text
  }

  const step = (character: string): string => {
    if (held === '') {
      if (!(character in closings)) return character
      held = character
      return ''
    }
    const opening = held.charAt(0)
    if ((closings[opening] ?? '').includes(character)) {
      const inside = held.slice(1)
      held = ''
      return standsIn(inside, sources) ? `${opening}${inside}${character}` : inside
    }
    held += character
    if (character === '\n' || held.length > quotationCharacters) return release().slice(1)
    return ''
  }

  return {
    push: (text) => Array.from(text, step).join(''),
    end: () => (held === '' ? '' : release().slice(1)),
  }
}
