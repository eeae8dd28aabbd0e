import type { Answer } from './contract'
import { parseMarkdown, type Block, type Inline } from './markdown'

/** A piece of an answer as it is shown: words in one style, or the chips that follow a statement. */
export type AnswerPart =
  | ({ readonly kind: 'words'; readonly unsupported: boolean; /** True for the last piece of words that nothing supports. */ readonly closes: boolean } & Inline)
  /** Indices into the answer's citations. */
  | { readonly kind: 'chips'; readonly citations: readonly number[] }

export interface AnswerBlock extends Omit<Block, 'inlines'> {
  readonly parts: readonly AnswerPart[]
}

type AnswerWords = Pick<Answer, 'text' | 'statements' | 'citations'>

/**
 * Lays statements and citations over the text: chips stand after the statement that they support, words that nothing
 * supports are told apart. Ranges that fall outside the text are left out.
 */
export function answerBlocks(answer: AnswerWords): readonly AnswerBlock[] {
  const chips = chipsByPlace(answer)
  const cuts = cutsOf(answer)
  let next = 0
  const due = (place: number): AnswerPart[] => {
    const parts: AnswerPart[] = []
    for (let chip = chips[next]; chip !== undefined && chip.place <= place; chip = chips[next]) {
      parts.push({ kind: 'chips', citations: chip.citations })
      next += 1
    }
    return parts
  }
  return parseMarkdown(answer.text).map((block, index, blocks) => {
    const parts: AnswerPart[] = []
    for (const piece of block.inlines.flatMap((inline) => split(inline, cuts))) {
      parts.push(...due(piece.start), { kind: 'words', unsupported: isUnsupported(answer, piece), closes: false, ...piece })
      parts.push(...due(piece.end))
    }
    parts.push(...due(index === blocks.length - 1 ? answer.text.length : block.end))
    return { kind: block.kind, number: block.number, depth: block.depth, start: block.start, end: block.end, parts: closed(parts) }
  })
}

function chipsByPlace({ text, citations }: AnswerWords): readonly { readonly place: number; readonly citations: readonly number[] }[] {
  const places = new Map<number, number[]>()
  citations.forEach(({ statement: [, end] }, index) => {
    if (end <= text.length) places.set(end, [...(places.get(end) ?? []), index])
  })
  return [...places].sort(([a], [b]) => a - b).map(([place, indices]) => ({ place, citations: indices }))
}

const cutsOf = ({ statements, citations }: AnswerWords): readonly number[] =>
  [...new Set([...statements.flatMap(({ range }) => [...range]), ...citations.map(({ statement: [, end] }) => end)])].sort((a, b) => a - b)

function split(inline: Inline, cuts: readonly number[]): readonly Inline[] {
  const inside = cuts.filter((cut) => cut > inline.start && cut < inline.end)
  const edges = [inline.start, ...inside, inline.end]
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? inline.start
    return { ...inline, start, end, text: inline.text.slice(start - inline.start, end - inline.start) }
  })
}

const isUnsupported = ({ statements }: AnswerWords, piece: Inline): boolean =>
  statements.some(({ range: [start, end], support }) => support === 'not-found' && piece.start >= start && piece.end <= end)

/** Tells the last piece of each run of unsupported words, so that it is said once that they are not in the text. */
const closed = (parts: readonly AnswerPart[]): readonly AnswerPart[] => parts.map((part, index) => {
  const next = parts[index + 1]
  return part.kind === 'words' && part.unsupported && !(next?.kind === 'words' && next.unsupported) ? { ...part, closes: true } : part
})

export const unsupportedCount = (answer: Pick<Answer, 'statements'>): number => answer.statements.filter(({ support }) => support === 'not-found').length

const gluedMax = 24

/** Keeps chips on the line of the word before them: that word and its chips become one group. */
export function gluedParts(parts: readonly AnswerPart[]): readonly (readonly AnswerPart[])[] {
  const groups: AnswerPart[][] = []
  for (const [index, part] of parts.entries()) {
    const cut = part.kind === 'words' && parts[index + 1]?.kind === 'chips' ? part.text.search(/\S+$/u) : -1
    const before = groups.at(-1)
    if (part.kind === 'chips' && before !== undefined) before.push(part)
    else if (part.kind === 'chips') groups.push([part])
    else if (cut <= 0 || part.text.length - cut > gluedMax) groups.push([part])
    else {
      groups.push([{ ...part, closes: false, end: part.start + cut, text: part.text.slice(0, cut) }])
      groups.push([{ ...part, start: part.start + cut, text: part.text.slice(cut) }])
    }
  }
  return groups
}
