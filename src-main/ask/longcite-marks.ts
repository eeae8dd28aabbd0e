/** The marks in what a LongCite model writes: `<statement>words<cite>[3-4][7-7]</cite></statement>`. They come as ordinary text, in pieces of any length. */

export type AnswerPart =
  | { readonly kind: 'words'; readonly text: string }
  /** Of the words since the last end; sentences in the order in which they were named, each once. */
  | { readonly kind: 'end'; readonly named: readonly number[] }

export interface MarkReader {
  push(text: string): readonly AnswerPart[]
  /** What is left where an answer ends, also one that was broken off. */
  end(): readonly AnswerPart[]
}

const tags = ['<statement>', '</statement>', '<cite>', '</cite>'] as const
type Tag = (typeof tags)[number]

/** @param sentenceCount how many the prompt numbered, from 0 on: others are not there to be named */
export function createMarkReader(sentenceCount: number): MarkReader {
  let held = ''
  /** What stands between `<cite>` and its end; null outside. */
  let cite: string | null = null
  let named = new Set<number>()
  let open = false

  const words = (text: string): readonly AnswerPart[] => {
    if (text === '') return []
    if (cite !== null) {
      cite += text
      return []
    }
    open ||= text.trim() !== ''
    return [{ kind: 'words', text }]
  }
  const endStatement = (): readonly AnswerPart[] => {
    const part: AnswerPart = { kind: 'end', named: [...named] }
    const said = open
    named = new Set()
    open = false
    return said ? [part] : []
  }
  const closeCite = (): void => {
    for (const sentence of sentencesNamed(cite ?? '', sentenceCount)) named.add(sentence)
    cite = null
  }
  const take = (tag: Tag): readonly AnswerPart[] => {
    if (tag === '</cite>') closeCite()
    else if (tag === '<cite>') cite = ''
    else {
      closeCite()
      return endStatement()
    }
    return []
  }

  return {
    push(text) {
      held += text
      const parts: AnswerPart[] = []
      for (let at = held.indexOf('<'); at !== -1; at = held.indexOf('<')) {
        parts.push(...words(held.slice(0, at)))
        held = held.slice(at)
        const tag = tags.find((each) => held.startsWith(each))
        if (tag === undefined && tags.some((each) => each.startsWith(held))) return parts
        parts.push(...(tag === undefined ? words('<') : take(tag)))
        held = held.slice(tag?.length ?? 1)
      }
      parts.push(...words(held))
      held = ''
      return parts
    },
    end() {
      held = ''
      closeCite()
      return endStatement()
    },
  }
}

/** Sentences of spans such as `[3-4][7-7]`, those that are there. */
function sentencesNamed(spans: string, sentenceCount: number): readonly number[] {
  return Array.from(spans.matchAll(/\[(\d+)-(\d+)\]/g)).flatMap(([, from, to]) => {
    const [first, last] = [Number(from), Math.min(Number(to), sentenceCount - 1)]
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  })
}
